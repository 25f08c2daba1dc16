#!/usr/bin/env bash
# Sends the dead letters back to the job queue, or shows them. First mend why they failed: they fail again otherwise.
#
#   ./infra/scripts/redrive_dlq.sh --env staging|production [--peek N] [--rate N] [--cancel] [--execute]
#
#   --env NAME         staging or production
#   --peek N           print up to N (1 to 10) messages; they hold job ids only and stay in the queue
#   --rate N           messages per second to send back, 1 to 500 (default 10: workers and upstreams take it)
#   --cancel           stop a redrive that is running; what has moved stays moved
#   --execute          do it; without it the number of dead letters is shown and the calls are printed
#   --poll-seconds N   pause between two looks at the progress (default 5)
#   --yes              do not ask before production
#
# A job that was finished meanwhile is not run again: its row says so, and the worker puts the message away.
#
# Exit code: 0 done, or nothing to do · 1 failed · 2 wrong usage · 3 AWS is missing or the environment is
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/scripts/lib/report.sh
source "$here/lib/report.sh"
# shellcheck source=infra/scripts/lib/aws_calls.sh
source "$here/lib/aws_calls.sh"

environment=''
peek=0
rate=10
poll_seconds=5
cancel=0
yes=0

while [[ $# -gt 0 ]]; do
  case $1 in
    --env) environment=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --peek) peek=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --rate) rate=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --poll-seconds) poll_seconds=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --cancel) cancel=1; shift ;;
    --execute) execute=1; shift ;;
    --yes) yes=1; shift ;;
    --help | -h) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    *) usage_error "unknown option $1" ;;
  esac
done

require_environment_name "$environment"
require_number --rate "$rate"
require_number --poll-seconds "$poll_seconds"
require_number --peek "$peek"
[[ $rate -ge 1 && $rate -le 500 ]] || usage_error '--rate must be from 1 to 500'
[[ $peek -le 10 ]] || usage_error '--peek must be from 1 to 10'

connect_to_aws
load_facts "$environment"
dead_letters=$(fact deploy/dead-letter-url)

attributes=''
read_aws attributes $'<ARN of the dead-letter queue>\t<number>' aws sqs get-queue-attributes --queue-url "$dead_letters" \
  --attribute-names QueueArn ApproximateNumberOfMessages --query 'Attributes.[QueueArn,ApproximateNumberOfMessages]' --output text ||
  fail 1 'the dead-letter queue cannot be read'
IFS=$'\t' read -r arn count <<<"$attributes"
say "$count dead letters in $environment"

if [[ $peek -gt 0 ]]; then
  # Visible again after a second: looking must not hide them from a redrive.
  messages=''
  read_aws messages '<messages>' aws sqs receive-message --queue-url "$dead_letters" --max-number-of-messages "$peek" --visibility-timeout 1 \
    --attribute-names ApproximateReceiveCount SentTimestamp --query 'Messages[].[Attributes.SentTimestamp,Body]' --output text ||
    fail 1 'the messages cannot be read'
  say "$messages"
  exit 0
fi

running=''
read_aws running None aws sqs list-message-move-tasks --source-arn "$arn" --max-results 1 \
  --query "Results[?Status=='RUNNING'].TaskHandle | [0]" --output text || fail 1 'redrives under way cannot be listed'

if [[ $cancel -eq 1 ]]; then
  if [[ $running == None && $offline -eq 0 ]]; then
    say 'no redrive is running'
    exit 0
  fi
  change aws sqs cancel-message-move-task --task-handle "$running" || fail 1 'the redrive was not cancelled'
  if [[ $execute -eq 0 ]]; then say 'Dry run: nothing was changed. Add --execute to do this.'; fi
  exit 0
fi

[[ $running == None ]] || fail 1 'a redrive is running already: wait for it, or stop it with --cancel'
if [[ $count == 0 ]]; then
  say 'nothing to send back'
  exit 0
fi

confirm "$environment" "This sends $count messages back to the job queue of production." "$yes"
change aws sqs start-message-move-task --source-arn "$arn" --max-number-of-messages-per-second "$rate" || fail 1 'the redrive was not started'
if [[ $execute -eq 0 ]]; then
  say 'Dry run: nothing was changed. Add --execute to do this.'
  exit 0
fi

while :; do
  progress=$(aws sqs list-message-move-tasks --source-arn "$arn" --max-results 1 \
    --query 'Results[0].[Status,ApproximateNumberOfMessagesMoved,ApproximateNumberOfMessagesToMove,FailureReason]' --output text) ||
    fail 1 'the redrive was started, its progress cannot be read'
  IFS=$'\t' read -r status moved total reason <<<"$progress"
  case $status in
    RUNNING) say "   $moved of $total moved" ;;
    COMPLETED)
      say "   $moved moved, done. Watch whether they come back: ./infra/scripts/redrive_dlq.sh --env $environment"
      exit 0
      ;;
    CANCELLED | CANCELLING) fail 1 "the redrive was cancelled after $moved messages" ;;
    *) fail 1 "the redrive ended as $status after $moved messages: $reason" ;;
  esac
  sleep "$poll_seconds"
done
