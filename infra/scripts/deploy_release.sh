#!/usr/bin/env bash
# Releases an image to an environment, or takes the last release back.
#
#   ./infra/scripts/deploy_release.sh --env staging|production --image TAG [--strategy rolling|canary|blue-green] [--execute]
#   ./infra/scripts/deploy_release.sh --env staging|production --rollback [--strategy …] [--execute]
#
#   --env NAME             staging or production
#   --image TAG            tag of the images in both repositories (api and worker)
#   --strategy NAME        rolling     replace the live tasks a few at a time
#                          canary      start the new ones beside, move 5, 25, 50, 100 % of the traffic (default of a release)
#                          blue-green  start the new ones beside, move all the traffic at once (default of a rollback)
#   --execute              do it; without it every call is printed and none that changes anything is made
#   --yes                  do not ask before production
#   --rollback             return to the previous release. If a release was cut off halfway, return the traffic instead
#   --skip-migrations      leave the database as it is
#   --step-seconds N       pause and measuring window after each shift (default 300)
#   --max-5xx-percent N    tolerated 5xx answers of the new tasks, in percent (default 1)
#   --max-p95-ratio N      tolerated p95 of the new tasks, as a multiple of the live ones' (default 1.5)
#
# Order: images exist → migrations (they only add: both releases run on them) → API → smoke test → traffic → worker → smoke test →
# release recorded. A failure after the migrations takes back what was done, in the other order. Interrupting (Ctrl-C) does too.
# The smoke test uses SMOKE_API_KEY; without it only health and the refusal of a missing key are tested. It asks for the model SMOKE_MODEL,
# which a route must serve (default claude-haiku-5-5).
# A rollback tests these two alone before it moves the traffic. The rest comes last, and what
# fails of it is a warning.
# DATABASE_URL for the migrations comes from the secret that Terraform made for it, or from the environment.
#
# Exit code: 0 released · 1 failed, nothing was changed but perhaps the schema · 2 wrong usage · 3 AWS, a tool or an image is missing
#            4 failed and rolled back · 5 failed and the rollback failed: look at the listener's weights and the services now
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/scripts/lib/report.sh
source "$here/lib/report.sh"
# shellcheck source=infra/scripts/lib/aws_calls.sh
source "$here/lib/aws_calls.sh"
# shellcheck source=infra/scripts/lib/traffic.sh
source "$here/lib/traffic.sh"

environment=''
image=''
strategy=''
yes=0
rollback=0
migrations=1
step_seconds=300
max_5xx_percent=1
max_p95_ratio=1.5

while [[ $# -gt 0 ]]; do
  case $1 in
    --env) environment=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --image) image=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --strategy) strategy=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --step-seconds) step_seconds=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --max-5xx-percent) max_5xx_percent=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --max-p95-ratio) max_p95_ratio=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --execute) execute=1; shift ;;
    --yes) yes=1; shift ;;
    --rollback) rollback=1; shift ;;
    --skip-migrations) migrations=0; shift ;;
    --help | -h) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    *) usage_error "unknown option $1" ;;
  esac
done

require_environment_name "$environment"
if [[ -z $strategy ]]; then if [[ $rollback -eq 1 ]]; then strategy=blue-green; else strategy=canary; fi; fi
case $strategy in rolling | canary | blue-green) ;; *) usage_error "--strategy must be rolling, canary or blue-green, not '$strategy'" ;; esac
require_number --step-seconds "$step_seconds"
[[ $max_5xx_percent =~ ^[0-9]+(\.[0-9]+)?$ ]] || usage_error "--max-5xx-percent must be a number, not '$max_5xx_percent'"
[[ $max_p95_ratio =~ ^[0-9]+(\.[0-9]+)?$ ]] || usage_error "--max-p95-ratio must be a number, not '$max_p95_ratio'"
if [[ $rollback -eq 1 ]]; then
  [[ -z $image ]] || usage_error '--rollback knows its image: leave --image out'
else
  [[ -n $image ]] || usage_error '--image is needed'
  [[ $image =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || usage_error "--image is a tag such as v1.4.0, not '$image'"
fi

# ---- what is

connect_to_aws
load_facts "$environment"
for name in cluster api-repository worker-repository api-family worker-family listener-arn target-group-blue target-group-green \
  load-balancer-dimension blue-dimension green-dimension migrations-secret url; do
  fact "deploy/$name" >/dev/null
done
cluster=$(fact deploy/cluster)
live=$(fact release/live-colour)
running_image=$(fact release/image-tag)
if [[ $live == blue ]]; then idle=green; else idle=blue; fi
# Until Terraform has been applied, a colour alone leads to its tasks: nobody who has to roll back should have to apply first.
preview_id=${facts[deploy/preview-id]:+-${facts[deploy/preview-id]}}

service_lines='' bounds='' idle_weight='' digest=''
read_aws service_lines "api-$live"$'\t<tasks>\t'"<API task of the live release>"$'\nworker\t<tasks>\t<worker task of the live release>' \
  aws ecs describe-services --cluster "$cluster" --services "api-$live" worker \
  --query 'services[].[serviceName,desiredCount,taskDefinition]' --output text || fail 3 "the services of $cluster cannot be read"
former_api_task=''
former_worker_task=''
live_tasks=''
while IFS=$'\t' read -r service tasks task_definition; do
  case $service in
    "api-$live") live_tasks=$tasks former_api_task=$task_definition ;;
    worker) former_worker_task=$task_definition ;;
  esac
done <<<"$service_lines"
[[ -n $former_api_task && -n $former_worker_task ]] || fail 3 "the services api-$live and worker are not in the cluster $cluster"

read_aws bounds $'<min>\t<max>' aws application-autoscaling describe-scalable-targets --service-namespace ecs \
  --resource-ids "service/$cluster/api-$live" --query 'ScalableTargets[0].[MinCapacity,MaxCapacity]' --output text || fail 3 "the bounds of api-$live cannot be read"
IFS=$'\t' read -r min_tasks max_tasks <<<"$bounds"

read_aws idle_weight 0 aws elbv2 describe-listeners --listener-arns "$(fact deploy/listener-arn)" \
  --query "Listeners[0].DefaultActions[0].ForwardConfig.TargetGroups[?TargetGroupArn=='$(fact "deploy/target-group-$idle")'].Weight | [0]" --output text ||
  fail 3 'the weights of the listener cannot be read'

# ---- what goes wrong goes back

touched_live=0
touched_idle=0
touched_traffic=0
touched_worker=0
recorded=()

# Each step back is tried even if one before it failed: the traffic matters most and comes first. Only the new tasks stay if the
# traffic could not be taken from them.
take_back() {
  local broken=0 traffic_stuck=0 name
  heading "Rolling back to $running_image"
  if [[ $touched_traffic -eq 1 ]]; then shift_traffic "$live" "$idle" 0 || traffic_stuck=1; fi
  if [[ $touched_live -eq 1 ]]; then set_service "api-$live" --task-definition "$former_api_task" || broken=1; fi
  if [[ $touched_worker -eq 1 ]]; then set_service worker --task-definition "$former_worker_task" || broken=1; fi
  if [[ $touched_idle -eq 1 && $traffic_stuck -eq 0 ]]; then empty_colour "$idle" || broken=1; fi
  for name in "${recorded[@]+"${recorded[@]}"}"; do
    put_parameter "$name" "$(fact "release/$name")" || broken=1
  done
  return $((broken | traffic_stuck))
}

put_parameter() { change aws ssm put-parameter --name "/claude-proxy/$environment/release/$1" --type String --overwrite --value "$2"; }

give_up() {
  trap - INT TERM
  # An interrupted pause or wait goes on in the background otherwise.
  jobs -p | xargs -r kill 2>/dev/null || true
  printf 'error: %s\n' "$*" >&2
  if [[ $((touched_live + touched_idle + touched_traffic + touched_worker)) -eq 0 ]]; then
    say 'Nothing was deployed.'
    exit 1
  fi
  if take_back; then
    say "Rolled back: $running_image serves as before."
    exit 4
  fi
  fail 5 "the rollback failed as well. Check the weights of $(fact deploy/listener-arn) and the services of $cluster by hand"
}

# ---- steps

require_images() {
  local part repository
  heading 'Images'
  for part in api worker; do
    repository=$(fact "deploy/$part-repository")
    read_aws digest '<digest>' aws ecr describe-images --repository-name "${repository#*/}" --image-ids "imageTag=$image" \
      --query 'imageDetails[0].imageDigest' --output text || fail 3 "there is no image $repository:$image: build and push it first"
    say "   $part:$image is $digest"
  done
}

run_migrations() {
  heading 'Migrations'
  if [[ $migrations -eq 0 ]]; then
    say '   skipped (--skip-migrations)'
    return
  fi
  if [[ $execute -eq 0 ]]; then
    say "   would run: DATABASE_URL from the secret $(fact deploy/migrations-secret), then ./infra/scripts/migrate.sh --execute"
    return
  fi
  if [[ -z ${DATABASE_URL:-} ]]; then
    DATABASE_URL=$(aws secretsmanager get-secret-value --secret-id "$(fact deploy/migrations-secret)" --query SecretString --output text) ||
      fail 1 "the secret $(fact deploy/migrations-secret) cannot be read; nothing was changed"
  fi
  DATABASE_URL=$DATABASE_URL "$here/migrate.sh" --execute || fail 1 'the migrations failed; nothing was deployed'
}

# register_task PART: the latest revision with the new image; sets registered_task.
register_task() {
  local part=$1 family definition
  family=$(fact "deploy/$part-family")
  if [[ $offline -eq 1 || $execute -eq 0 ]]; then
    registered_task="$family:<new>"
    say "   would run: aws ecs register-task-definition --cli-input-json '<latest revision of $family with $part:$image>'"
    return
  fi
  # The fields of Terraform's task definition; the others that AWS returns are its own and not accepted back.
  definition=$(aws ecs describe-task-definition --task-definition "$family" --output json --query 'taskDefinition.{family:family,taskRoleArn:taskRoleArn,executionRoleArn:executionRoleArn,networkMode:networkMode,containerDefinitions:containerDefinitions,volumes:volumes,requiresCompatibilities:requiresCompatibilities,cpu:cpu,memory:memory,runtimePlatform:runtimePlatform}') || return 1
  if ! [[ $definition =~ \"image\":\ *\"([^\"]+)\" ]]; then
    warn "the task definition $family names no image"
    return 1
  fi
  definition=${definition/"\"${BASH_REMATCH[1]}\""/"\"$(fact "deploy/$part-repository"):$image\""}
  say "   run: aws ecs register-task-definition --cli-input-json '<latest revision of $family with $part:$image>'"
  registered_task=$(aws ecs register-task-definition --cli-input-json "$definition" --query taskDefinition.taskDefinitionArn --output text)
}

set_service() { change aws ecs update-service --cluster "$cluster" --service "$1" "${@:2}"; }

# settle SERVICE TASK: waits, then makes sure that it is this task that runs: ECS's circuit breaker may have gone back to the former
# one, which is stable as well.
settle() {
  local service=$1 task=$2 running
  # In the background, so that an interrupt is heard at once and not minutes later.
  change aws ecs wait services-stable --cluster "$cluster" --services "$service" &
  wait $! || return 1
  if [[ $execute -eq 0 ]]; then return; fi
  running=$(aws ecs describe-services --cluster "$cluster" --services "$service" \
    --query "services[0].deployments[?status=='PRIMARY'].taskDefinition | [0]" --output text) || return 1
  if [[ $running != "$task" ]]; then
    warn "$service went back to $running: its new tasks did not become healthy (see /ecs/claude-proxy)"
    return 1
  fi
}

# smoke_test [--without-key] [COLOUR]: with a colour, of the tasks that get no traffic yet. --without-key tests health and the refusal
# of a missing key alone.
smoke_test() {
  local key=${SMOKE_API_KEY:-} shown_key="\$SMOKE_API_KEY" arguments=(--url "$(fact deploy/url)")
  if [[ ${1:-} == --without-key ]]; then
    key='' shown_key=''
    shift
  elif [[ $execute -eq 1 && -z $key ]]; then
    warn 'SMOKE_API_KEY is not set: only health and the refusal without a key are tested'
  fi
  if [[ $# -gt 0 ]]; then arguments+=(--header "x-release-preview: $1$preview_id"); fi
  if [[ $execute -eq 0 ]]; then
    say "   would run: PROXY_API_KEY=$shown_key $(quoted ./infra/scripts/smoke_test.sh "${arguments[@]}")"
    return
  fi
  PROXY_API_KEY=$key "$here/smoke_test.sh" "${arguments[@]}"
}

# A release that fails its smoke test goes back. A rollback has nowhere better to go: it is told what fails, once the traffic is back.
final_smoke_test() {
  local report failed
  heading 'Smoke test'
  if [[ $rollback -eq 0 ]]; then
    smoke_test || give_up 'the smoke test failed'
    return
  fi
  if report=$(smoke_test); then
    say "$report"
    return
  fi
  say "$report"
  failed=$(sed -nE 's/^(.*[^ ]) +fail +[0-9]+ ms  (.*)/\1 (\2)/p' <<<"$report")
  warn "$image serves again, but fails the smoke test: ${failed//$'\n'/; }"
}

release_worker() {
  heading 'Worker'
  touched_worker=1
  set_service worker --task-definition "$worker_task" || give_up 'the worker service was not updated'
  settle worker "$worker_task" || give_up 'the new worker did not become healthy'
}

release_in_place() {
  heading "API: replacing the tasks of api-$live"
  touched_live=1
  set_service "api-$live" --task-definition "$api_task" || give_up "api-$live was not updated"
  settle "api-$live" "$api_task" || give_up 'the new API tasks did not become healthy'
  release_worker
  final_smoke_test
}

release_beside() {
  local percent preview
  heading "API: starting api-$idle beside api-$live"
  touched_idle=1
  fill_colour "$idle" "$api_task" || give_up "api-$idle was not started"
  settle "api-$idle" "$api_task" || give_up 'the new API tasks did not become healthy'

  heading "Smoke test of api-$idle, before it has traffic"
  # On the way back, what only a key opens says little of these tasks: the key may be outdated, the vendor away, and a job is run by the
  # worker that is to be rolled back. Each may be why there is a rollback at all, so none may prevent it.
  if [[ $rollback -eq 1 ]]; then preview=(--without-key "$idle"); else preview=("$idle"); fi
  smoke_test "${preview[@]}" || give_up 'the smoke test of the new tasks failed'

  for percent in "$@"; do
    heading "Traffic: $percent % to api-$idle"
    touched_traffic=1
    shift_traffic "$live" "$idle" "$percent" || give_up 'the traffic was not shifted'
    measure "$live" "$idle" "$percent" || give_up "api-$idle did not hold at $percent %"
  done

  release_worker
  final_smoke_test
}

# The last thing of a release, and only after it: the next run starts from here.
record() {
  local name
  heading 'Record'
  declare -A values=(
    [previous-image]=$running_image [previous-api-task]=$former_api_task [previous-worker-task]=$former_worker_task
    [image-tag]=$image [live-colour]=$1
  )
  for name in previous-image previous-api-task previous-worker-task image-tag live-colour; do
    put_parameter "$name" "${values[$name]}" || give_up "the release was not recorded ($name)"
    recorded+=("$name")
  done
}

# ---- the release

if [[ $execute -eq 1 ]]; then mode=''; else mode=' (dry run: nothing is changed; add --execute)'; fi

if [[ $idle_weight != 0 && $idle_weight != None ]]; then
  [[ $rollback -eq 1 ]] ||
    fail 1 "api-$idle has $idle_weight % of the traffic: a release is running or was cut off. If none is running, use --rollback first"
  say "Return all traffic to $running_image on api-$live$mode"
  confirm "$environment" 'This ends a release that is halfway through.' "$yes"
  touched_traffic=1 touched_worker=0 touched_idle=1
  take_back || fail 5 'the traffic could not be returned'
  warn 'the worker keeps the revision it has; release again to bring it in step'
  exit 0
fi

if [[ $rollback -eq 1 ]]; then
  image=$(fact release/previous-image)
  [[ $image != none ]] || fail 1 'there is no previous release to return to'
  api_task=$(fact release/previous-api-task)
  worker_task=$(fact release/previous-worker-task)
  say "Roll $environment back from $running_image to $image by $strategy$mode"
else
  say "Release $image to $environment by $strategy, in place of $running_image$mode"
fi
confirm "$environment" "This changes production: $running_image → $image." "$yes"
trap 'give_up "interrupted"' INT TERM

if [[ $rollback -eq 0 ]]; then
  require_images
  run_migrations
  heading 'Task definitions'
  register_task api || give_up 'the API task definition was not registered'
  api_task=$registered_task
  register_task worker || give_up 'the worker task definition was not registered'
  worker_task=$registered_task
fi

case $strategy in
  rolling)
    release_in_place
    record "$live"
    ;;
  canary)
    release_beside 5 25 50 100
    record "$idle"
    ;;
  blue-green)
    release_beside 100
    record "$idle"
    ;;
esac
trap - INT TERM

if [[ $strategy != rolling ]]; then
  heading "Emptying api-$live"
  # The release stands by now: what is left over costs money and nothing else.
  empty_colour "$live" || warn "api-$live could not be emptied: set its desired count to 0 by hand"
fi

if [[ $execute -eq 1 ]]; then
  heading "Done: $image serves $environment. To return: ./infra/scripts/deploy_release.sh --env $environment --rollback --execute"
else
  heading 'Dry run: nothing was changed. Add --execute to do this.'
fi
