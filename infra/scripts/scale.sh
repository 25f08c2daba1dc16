#!/usr/bin/env bash
# Sets the bounds within which a service scales by itself, and shows them.
#
#   ./infra/scripts/scale.sh --env staging|production --service api|worker [--min N --max N] [--execute]
#
#   --env NAME        staging or production
#   --service NAME    api (the live colour) or worker
#   --min N --max N   new bounds; without them the present ones are shown. min equal to max pins the number of tasks.
#                     --min 0 --max 0 stops the worker: jobs are accepted and wait
#   --execute         do it; without it the calls are printed
#   --yes             do not ask before production
#
# A lower bound above the present number starts tasks at once; autoscaling removes none below it. The next release takes the bounds
# over; Terraform leaves them alone.
#
# Exit code: 0 done · 1 failed · 2 wrong usage · 3 AWS is missing or the environment is
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/scripts/lib/report.sh
source "$here/lib/report.sh"
# shellcheck source=infra/scripts/lib/aws_calls.sh
source "$here/lib/aws_calls.sh"

environment=''
part=''
min_tasks=''
max_tasks=''
yes=0

while [[ $# -gt 0 ]]; do
  case $1 in
    --env) environment=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --service) part=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --min) min_tasks=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --max) max_tasks=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --execute) execute=1; shift ;;
    --yes) yes=1; shift ;;
    --help | -h) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    *) usage_error "unknown option $1" ;;
  esac
done

require_environment_name "$environment"
case $part in api | worker) ;; *) usage_error "--service must be api or worker, not '$part'" ;; esac
if [[ -n $min_tasks || -n $max_tasks ]]; then
  require_number --min "$min_tasks"
  require_number --max "$max_tasks"
  [[ $part == worker || $min_tasks -ge 1 ]] || usage_error '--min of the API must be at least 1: an API with no task is an outage'
  [[ $min_tasks -le $max_tasks ]] || usage_error "--min $min_tasks is above --max $max_tasks"
fi

connect_to_aws
load_facts "$environment"
cluster=$(fact deploy/cluster)
if [[ $part == api ]]; then service="api-$(fact release/live-colour)"; else service=worker; fi

bounds=''
counts=''
read_aws bounds $'<min>\t<max>' aws application-autoscaling describe-scalable-targets --service-namespace ecs \
  --resource-ids "service/$cluster/$service" --query 'ScalableTargets[0].[MinCapacity,MaxCapacity]' --output text ||
  fail 1 "the bounds of $service cannot be read"
read_aws counts $'<running>\t<desired>' aws ecs describe-services --cluster "$cluster" --services "$service" \
  --query 'services[0].[runningCount,desiredCount]' --output text || fail 1 "$service cannot be read"
IFS=$'\t' read -r present_min present_max <<<"$bounds"
IFS=$'\t' read -r running desired <<<"$counts"
say "$service in $environment: $running of $desired tasks run, bounds $present_min to $present_max"
[[ -n $min_tasks ]] || exit 0

say "New bounds: $min_tasks to $max_tasks"
# A number from the runbook may be more than one installation has, and less than another.
if [[ "$present_min $present_max" =~ ^[0-9]+\ [0-9]+$ ]] && ((min_tasks < present_min || max_tasks < present_max)); then
  warn "this lowers the bounds of $service: tasks beyond $max_tasks are stopped, and only $min_tasks are kept when there is little to do"
fi
confirm "$environment" "This changes how $service of production scales." "$yes"
change aws application-autoscaling register-scalable-target --service-namespace ecs --scalable-dimension ecs:service:DesiredCount \
  --resource-id "service/$cluster/$service" --min-capacity "$min_tasks" --max-capacity "$max_tasks" || fail 1 'the bounds were not changed'
if [[ $max_tasks -eq 0 ]]; then
  # Bounds alone stop nothing that runs before autoscaling looks again.
  change aws ecs update-service --cluster "$cluster" --service "$service" --desired-count 0 ||
    fail 1 "the bounds were changed, the tasks of $service run on: run this again"
fi
if [[ $execute -eq 0 ]]; then say 'Dry run: nothing was changed. Add --execute to do this.'; fi
