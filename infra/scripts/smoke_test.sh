#!/usr/bin/env bash
# Checks a running Claude Proxy from outside, as its clients use it. Needs bash and curl, nothing else.
#
#   ./infra/scripts/smoke_test.sh --url URL [--api-key KEY] [options]
#
#   --url URL          base address, for example https://proxy.example.org or http://127.0.0.1:8080
#   --api-key KEY      a valid key; better as the variable PROXY_API_KEY, which other users of the machine do not see.
#                      Without a key only /health and the refusal of a request without a key are checked, the rest is skipped
#   --model NAME       model to ask, one that a route serves (default: SMOKE_MODEL, else claude-haiku-5-5)
#   --no-durable       the service runs without queue and database (App Runner): skip /api/enqueue
#   --header 'N: V'    a further header on every request; may be repeated
#   --timeout SECONDS  limit for one request, and for a job to finish (default 60)
#   --json             one JSON object instead of the table
#
# Checks: health · refusal without a key · models · a message · a streamed message · a durable message and its result.
# Exit code: 0 all passed · 1 at least one failed · 2 wrong usage · 3 curl is missing
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/scripts/lib/report.sh
source "$here/lib/report.sh"

url=''
api_key=${PROXY_API_KEY:-}
model=${SMOKE_MODEL:-claude-haiku-5-5}
durable=1
timeout_seconds=60
as_json=0
headers=()

while [[ $# -gt 0 ]]; do
  case $1 in
    --url) url=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --api-key) api_key=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --model) model=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --header) header=$(option_value "$1" $# "${2:-}"); headers+=("$header"); shift 2 ;;
    --timeout) timeout_seconds=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --no-durable) durable=0; shift ;;
    --json) as_json=1; shift ;;
    --help | -h) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    *) usage_error "unknown option $1" ;;
  esac
done

[[ -n $url ]] || usage_error '--url is needed'
[[ $url =~ ^https?://[^/]+ ]] || usage_error "--url must begin with http:// or https://, not '$url'"
[[ $model =~ ^[A-Za-z0-9._:/@-]+$ ]] || usage_error "--model has characters that no model's name has"
require_number --timeout "$timeout_seconds"
require_command curl
url=${url%/}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Headers go to curl in files: an argument would show the key to every user of the machine.
: >"$work/plain-headers"
for header in "${headers[@]+"${headers[@]}"}"; do printf '%s\n' "$header" >>"$work/plain-headers"; done
(umask 077 && cat "$work/plain-headers" >"$work/key-headers" && printf 'x-api-key: %s\n' "$api_key" >>"$work/key-headers")

passed=0
failed=0
skipped=0
rows=()

json_text() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//[$'\001'-$'\037']/ }
  printf '"%s"' "$text"
}

# record RESULT NAME DETAIL, with the last request's $status and $time_ms.
record() {
  case $1 in
    pass) passed=$((passed + 1)) ;;
    fail) failed=$((failed + 1)) ;;
    skip) skipped=$((skipped + 1)) && status=0 && time_ms=0 ;;
  esac
  if [[ $as_json -eq 1 ]]; then
    rows+=("{\"name\":$(json_text "$2"),\"result\":\"$1\",\"http_status\":$status,\"time_ms\":$time_ms,\"detail\":$(json_text "$3")}")
  else
    printf '%-22s %-6s %8s  %s\n' "$2" "$1" "$([[ $1 == skip ]] && printf -- - || printf '%s ms' "$time_ms")" "$3"
  fi
}

status=0
time_ms=0
# request HEADER_FILE CURL_ARGUMENTS…: sets status (0: no answer), time_ms and curl_problem; the body is in $work/body.
request() {
  local header_file=$1 figures seconds fraction
  shift
  : >"$work/body"
  : >"$work/answer-headers"
  curl_problem=''
  if figures=$(curl --silent --show-error --max-time "$timeout_seconds" --header "@$header_file" \
    --dump-header "$work/answer-headers" --output "$work/body" --write-out '%{http_code} %{time_total}' "$@" 2>"$work/problem"); then
    :
  else
    curl_problem=$(head -c 200 "$work/problem")
  fi
  status=${figures%% *}
  status=$((10#${status:-0}))
  seconds=${figures##* }
  fraction=${seconds#*.}000
  time_ms=$((10#${seconds%%.*} * 1000 + 10#${fraction:0:3}))
}

body_excerpt() { head -c 160 "$work/body" | tr '\n\r\t' '   '; }
body_has() { grep -Eq "$1" "$work/body"; }
is_stream() { grep -iq '^content-type: *text/event-stream' "$work/answer-headers"; }

# What went wrong, in one line: no answer, another status, or the right status with another body.
problem() {
  if [[ -n $curl_problem ]]; then
    printf 'no complete answer: %s' "$curl_problem"
  else
    printf 'answered %s, expected %s: %s' "$status" "$1" "$(body_excerpt)"
  fi
}

# field NAME: the first string field of that name in the body.
field() {
  local text
  text=$(<"$work/body")
  if [[ $text =~ \"$1\"[[:space:]]*:[[:space:]]*\"([^\"]+)\" ]]; then printf '%s' "${BASH_REMATCH[1]}"; fi
}

message_body="{\"model\":\"$model\",\"max_tokens\":16,\"messages\":[{\"role\":\"user\",\"content\":\"Say OK.\"}]}"
stream_body="${message_body%\}},\"stream\":true}"
json_header='content-type: application/json'
version_header='anthropic-version: 2023-06-01'

check_health() {
  request "$work/plain-headers" "$url/health"
  if [[ $status -eq 200 && -z $curl_problem ]] && body_has '"status" *: *"(ok|degraded)"'; then
    record pass 'health' "200, status $(field status)"
  else
    record fail 'health' "$(problem '200 with a status')"
  fi
}

check_refusal() {
  request "$work/plain-headers" --request POST --header "$json_header" --header "$version_header" --data "$message_body" "$url/v1/messages"
  if [[ $status -eq 401 ]] && body_has 'authentication_error'; then
    record pass 'refusal without key' '401, authentication_error'
  else
    record fail 'refusal without key' "$(problem '401 with authentication_error')"
  fi
}

check_models() {
  request "$work/key-headers" --header "$version_header" "$url/v1/models"
  if [[ $status -eq 200 && -z $curl_problem ]] && body_has '"data" *: *\['; then
    record pass 'models' "200, first model $(field id)"
  else
    record fail 'models' "$(problem '200 with a list')"
  fi
}

check_message() {
  request "$work/key-headers" --request POST --header "$json_header" --header "$version_header" --data "$message_body" "$url/v1/messages"
  if [[ $status -eq 200 && -z $curl_problem ]] && body_has '"type" *: *"message"' && body_has '"usage"'; then
    record pass 'message' "200, model $(field model)"
  else
    record fail 'message' "$(problem '200 with a message')"
  fi
}

check_stream() {
  request "$work/key-headers" --no-buffer --request POST --header "$json_header" --header "$version_header" --data "$stream_body" "$url/v1/messages"
  if [[ $status -ne 200 || -n $curl_problem ]] || ! is_stream; then
    record fail 'streamed message' "$(problem '200 with text/event-stream')"
  elif body_has '^event: *error' || ! body_has '^event: *message_start' || ! body_has '^event: *message_stop'; then
    record fail 'streamed message' "the stream did not run from message_start to message_stop: $(tail -c 160 "$work/body" | tr '\n\r\t' '   ')"
  else
    record pass 'streamed message' "200, $(grep -c '^event:' "$work/body") events"
  fi
}

check_job() {
  local job_id state deadline started=$SECONDS
  request "$work/key-headers" --request POST --header "$json_header" --data "{\"request\":$message_body}" "$url/api/enqueue"
  job_id=$(field job_id)
  if [[ ($status -ne 200 && $status -ne 202) || -z $job_id ]]; then
    record fail 'durable: accepted' "$(problem '202 with a job_id')"
    record skip 'durable: result' 'no job to follow'
    return
  fi
  record pass 'durable: accepted' "$status, job $job_id"

  deadline=$((SECONDS + timeout_seconds))
  while :; do
    request "$work/key-headers" "$url/api/jobs/$job_id"
    state=$(field status)
    if [[ $status -ne 200 || $state == failed || $state == cancelled ]]; then
      record fail 'durable: result' "$(problem '200 with status succeeded')"
      return
    fi
    if [[ $state == succeeded ]]; then break; fi
    if [[ $SECONDS -ge $deadline ]]; then
      record fail 'durable: result' "still '$state' after $timeout_seconds s: is the worker running?"
      return
    fi
    sleep 0.5
  done
  if body_has '"type" *: *"message"'; then
    record pass 'durable: result' "succeeded within $((SECONDS - started + 1)) s"
  else
    record fail 'durable: result' "succeeded without a message: $(body_excerpt)"
  fi
}

if [[ $as_json -eq 0 ]]; then
  printf 'Smoke test of %s\n\n%-22s %-6s %8s  %s\n' "$url" CHECK RESULT TIME DETAIL
fi

check_health
check_refusal
if [[ -z $api_key ]]; then
  for name in 'models' 'message' 'streamed message' 'durable: accepted' 'durable: result'; do record skip "$name" 'no key given'; done
else
  check_models
  check_message
  check_stream
  if [[ $durable -eq 1 ]]; then
    check_job
  else
    record skip 'durable: accepted' '--no-durable'
    record skip 'durable: result' '--no-durable'
  fi
fi

if [[ $as_json -eq 1 ]]; then
  joined=$(printf ',%s' "${rows[@]}")
  printf '{"url":%s,"passed":%d,"failed":%d,"skipped":%d,"checks":[%s]}\n' "$(json_text "$url")" "$passed" "$failed" "$skipped" "${joined#,}"
else
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
fi
[[ $failed -eq 0 ]]
