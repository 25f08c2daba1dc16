#!/usr/bin/env bash
# Changes one key in the secret claude-proxy-secrets and restarts the tasks that read it. Needs the AWS CLI and node.
#
#   ./infra/scripts/rotate_keys.sh --env staging|production --key NAME [--execute]
#   ./infra/scripts/rotate_keys.sh --env staging|production --end-grace [--execute]
#
#   --env NAME     staging or production
#   --key NAME     PROXY_API_KEY              a new one is made; the present one becomes PROXY_API_KEY_PREVIOUS and stays valid
#                  SUPABASE_URL, any name that ends in _KEY or _TOKEN (ANTHROPIC_API_KEY, or a further target's), and any other
#                  that the secret has already
#                                             the new value is read from standard input; make it at the vendor first
#   --end-grace    empty PROXY_API_KEY_PREVIOUS: from then on only the present key is valid. Once every client has changed over
#   --store-only   do not restart the tasks: on a new environment, or before the next of several keys
#   --execute      do it; without it every call is printed and none that changes anything is made
#   --yes          do not ask before production
#
# The first run on a new environment makes the secret's first value, with every key that the tasks expect, empty where not yet set.
# A key that the secret does not have is added to it. Tasks get it once secret_keys of infra/terraform names it.
# No key is ever printed, nor handed to a command as an argument.
# If the tasks do not start with the new value, the former value is made current again. Its tasks were never stopped.
#
# Exit code: 0 rotated · 1 failed, nothing was changed · 2 wrong usage · 3 AWS or a tool is missing · 4 failed and taken back
#            5 failed and not taken back
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/scripts/lib/report.sh
source "$here/lib/report.sh"
# shellcheck source=infra/scripts/lib/aws_calls.sh
source "$here/lib/aws_calls.sh"

environment=''
key=''
end_grace=0
restart_tasks=1
yes=0

while [[ $# -gt 0 ]]; do
  case $1 in
    --env) environment=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --key) key=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --end-grace) end_grace=1; shift ;;
    --store-only) restart_tasks=0; shift ;;
    --execute) execute=1; shift ;;
    --yes) yes=1; shift ;;
    --help | -h) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    *) usage_error "unknown option $1" ;;
  esac
done

require_environment_name "$environment"
if [[ $end_grace -eq 1 ]]; then
  [[ -z $key ]] || usage_error '--key and --end-grace are two different things: use one'
  key=PROXY_API_KEY_PREVIOUS
fi
new_value=''
case $key in
  '') usage_error '--key or --end-grace is needed' ;;
  PROXY_API_KEY) ;;
  PROXY_API_KEY_PREVIOUS) [[ $end_grace -eq 1 ]] || usage_error 'PROXY_API_KEY_PREVIOUS is set by rotating PROXY_API_KEY, and emptied by --end-grace' ;;
  *)
    [[ $key =~ ^[A-Z][A-Z0-9_]*$ ]] || usage_error "$key is not a key of the secret: its names are in upper case"
    if [[ $execute -eq 1 ]]; then
      [[ -t 0 ]] && printf 'New value of %s (not shown): ' "$key"
      IFS= read -rs new_value || true
      [[ -t 0 ]] && printf '\n'
      [[ $new_value =~ ^[[:graph:]]+$ ]] || usage_error "the new value of $key, on standard input, is empty or has spaces in it"
    fi
    ;;
esac
if [[ $execute -eq 1 ]]; then require_command node; fi

connect_to_aws
load_facts "$environment"
cluster=$(fact deploy/cluster)
secret=$(fact deploy/application-secret)
live=$(fact release/live-colour)

if [[ $execute -eq 1 ]]; then mode=''; else mode=' (dry run: nothing is changed; add --execute)'; fi
if [[ $end_grace -eq 1 ]]; then
  say "End the grace of the former PROXY_API_KEY in $environment$mode"
else
  say "Rotate $key in $environment$mode"
fi
confirm "$environment" "This changes the secret $secret of production and restarts its tasks." "$yes"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 077

# The program reads the present value from standard input and writes the next to standard output; values travel in neither arguments
# nor logs.
# shellcheck disable=SC2016 # the ${} in it are JavaScript's
next_value_program='
const expected = ["PROXY_API_KEY", "PROXY_API_KEY_PREVIOUS", "ANTHROPIC_API_KEY", "AZURE_OPENAI_API_KEY", "OPENAI_API_KEY", "SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY"];
const present = JSON.parse(require("node:fs").readFileSync(0, "utf8") || "{}");
const next = { ...Object.fromEntries(expected.map((name) => [name, ""])), ...present };
const { KEY, NEW_VALUE } = process.env;
// Another name may be a slip: it is changed where it is, and never added.
if (!Object.hasOwn(next, KEY) && !/_(KEY|TOKEN)$/.test(KEY)) process.exit(2);
if (KEY === "PROXY_API_KEY") {
  next.PROXY_API_KEY_PREVIOUS = next.PROXY_API_KEY;
  next.PROXY_API_KEY = `cp-${require("node:crypto").randomBytes(36).toString("base64url")}`;
} else {
  next[KEY] = NEW_VALUE;
}
process.stdout.write(JSON.stringify(next));
'

heading "Secret $secret"
if [[ $execute -eq 1 ]]; then
  if ! aws secretsmanager get-secret-value --secret-id "$secret" --query '[VersionId,SecretString]' --output text >"$work/answer" 2>"$work/problem"; then
    grep -q ResourceNotFoundException "$work/problem" || fail 1 "the secret cannot be read, nothing was changed: $(tail -n 1 "$work/problem")"
    say '   it has no value yet: making the first'
    printf 'none\t{}' >"$work/answer"
  fi
  # A value that somebody has written by hand in the console may have several lines.
  answer=$(<"$work/answer")
  former_version=${answer%%$'\t'*}
  present=${answer#*$'\t'}
  problem=0
  KEY=$key NEW_VALUE=$new_value node --eval "$next_value_program" <<<"$present" >"$work/next" || problem=$?
  [[ $problem -ne 2 ]] || usage_error "$key is not a key of the secret, nor does it end in _KEY or _TOKEN: nothing was changed"
  [[ $problem -eq 0 ]] || fail 1 "the secret $secret is not a JSON object, nothing was changed"
fi
new_version=''
change_and_read new_version '<new version>' aws secretsmanager put-secret-value --secret-id "$secret" --secret-string "file://$work/next" \
  --query VersionId --output text || fail 1 'the secret was not changed'

restarted=()

# restart SERVICE: sets deployment to the id of the deployment that this begins.
restart() {
  change_and_read deployment '<deployment>' aws ecs update-service --cluster "$cluster" --service "$1" --force-new-deployment \
    --query "service.deployments[?status=='PRIMARY'].id | [0]" --output text
}

take_back() {
  local service
  printf 'error: %s\n' "$1" >&2
  heading 'Taking the former value back'
  if [[ $former_version == none ]]; then
    fail 5 "there is no former value of $secret to return to: mend it and run this again"
  fi
  change aws secretsmanager update-secret-version-stage --secret-id "$secret" --version-stage AWSCURRENT \
    --move-to-version-id "$former_version" --remove-from-version-id "$new_version" ||
    fail 5 "the former value of $secret was not made current again: move AWSCURRENT to $former_version by hand"
  for service in "${restarted[@]+"${restarted[@]}"}"; do
    restart "$service" || fail 5 "$service was not restarted with the former value: force a new deployment of it by hand"
  done
  say 'Taken back: the former value is current.'
  exit 4
}

services=("api-$live" worker)
if [[ $restart_tasks -eq 0 ]]; then
  services=()
  say '   no task is restarted (--store-only): the value is read by tasks that start from now on'
fi
for service in "${services[@]+"${services[@]}"}"; do
  heading "Restarting $service"
  deployment=''
  restart "$service" || take_back "$service was not restarted"
  restarted+=("$service")
  change aws ecs wait services-stable --cluster "$cluster" --services "$service" || take_back "$service did not become stable with the new value"
  if [[ $execute -eq 1 ]]; then
    # The circuit breaker makes a service stable, too: by another deployment, of the tasks as they were.
    standing=$(aws ecs describe-services --cluster "$cluster" --services "$service" \
      --query "services[0].deployments[?status=='PRIMARY'].id | [0]" --output text) || take_back "$service cannot be read"
    [[ $standing == "$deployment" ]] || take_back "the tasks of $service do not start with the new value"
  fi
done

if [[ $execute -eq 0 ]]; then
  heading 'Dry run: nothing was changed. Add --execute to do this.'
elif [[ $key == PROXY_API_KEY ]]; then
  heading "Done. The new key: aws secretsmanager get-secret-value --secret-id $secret --query SecretString --output text"
  say "Clients may use the new and the former key. One of them is the smoke test of releases: store the new one as SMOKE_API_KEY of the"
  say "environment $environment in GitHub (Settings → Environments). When all have changed over:"
  say "   ./infra/scripts/rotate_keys.sh --env $environment --end-grace --execute"
else
  heading 'Done.'
fi
