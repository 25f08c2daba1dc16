# shellcheck shell=bash
# The two colours of the API behind one listener: how much traffic each has, how many tasks, and how it fares.
# Reads what deploy_release.sh has set: rollback, cluster, live_tasks, min_tasks, max_tasks, step_seconds, max_5xx_percent, max_p95_ratio.
# shellcheck disable=SC2154

# shift_traffic LIVE IDLE PERCENT: PERCENT to the idle colour, the rest to the live one.
shift_traffic() {
  local live_group idle_group
  live_group=$(fact "deploy/target-group-$1")
  idle_group=$(fact "deploy/target-group-$2")
  change aws elbv2 modify-listener --listener-arn "$(fact deploy/listener-arn)" --default-actions \
    "[{\"Type\":\"forward\",\"ForwardConfig\":{\"TargetGroups\":[{\"TargetGroupArn\":\"$live_group\",\"Weight\":$((100 - $3))},{\"TargetGroupArn\":\"$idle_group\",\"Weight\":$3}]}}]"
}

# Bounds first: with room for none, autoscaling would stop the tasks again.
fill_colour() {
  change aws application-autoscaling register-scalable-target --service-namespace ecs --scalable-dimension ecs:service:DesiredCount \
    --resource-id "service/$cluster/api-$1" --min-capacity "$min_tasks" --max-capacity "$max_tasks" &&
    change aws ecs update-service --cluster "$cluster" --service "api-$1" --task-definition "$2" --desired-count "$live_tasks"
}

empty_colour() {
  change aws application-autoscaling register-scalable-target --service-namespace ecs --scalable-dimension ecs:service:DesiredCount \
    --resource-id "service/$cluster/api-$1" --min-capacity 0 --max-capacity 0 &&
    change aws ecs update-service --cluster "$cluster" --service "api-$1" --desired-count 0
}

# metric ID NAME STATISTIC [COLOUR]: one query of get-metric-data, by the minute; without a colour, of the load balancer as a whole.
metric() {
  local group=''
  if [[ $# -gt 3 ]]; then group=",{\"Name\":\"TargetGroup\",\"Value\":\"$(fact "deploy/$4-dimension")\"}"; fi
  printf '{"Id":"%s","MetricStat":{"Metric":{"Namespace":"AWS/ApplicationELB","MetricName":"%s","Dimensions":[{"Name":"LoadBalancer","Value":"%s"}%s]},"Period":60,"Stat":"%s"}}' \
    "$1" "$2" "$(fact deploy/load-balancer-dimension)" "$group" "$3"
}

is_above() { awk -v value="$1" -v limit="$2" 'BEGIN { exit !(value > limit) }'; }

# measure LIVE IDLE PERCENT: waits for the window to pass, then judges the new tasks.
# 5xx: their own answers, and those that the load balancer gave because a task broke off. The latter are known for the balancer as a
# whole only; that they count in full against the new tasks stops a release into a running incident, too.
# p95: as a multiple of the live tasks' in the same minutes. A fixed limit would judge the model's speed, which both share.
measure() {
  local live=$1 idle=$2 percent=$3 queries lines start end id sum average
  local requests=0 errors=0 refused=0 new_p95=None live_p95=None error_percent
  if [[ $rollback -eq 1 ]]; then
    say '   not measured: this release served before, and the way back must not wait'
    return
  fi
  if [[ $execute -eq 0 ]]; then
    say "   would wait $step_seconds s, then go on if api-$idle answers at most $max_5xx_percent % with 5xx and its p95 is at most $max_p95_ratio times that of api-$live"
    return
  fi
  say "   waiting $step_seconds s"
  # In the background, so that an interrupt is heard at once and not when the pause is over.
  sleep "$step_seconds" &
  wait $!

  end=$(($(date +%s) / 60 * 60))
  start=$((end - (step_seconds < 60 ? 60 : step_seconds)))
  queries="[$(metric requests RequestCount Sum "$idle"),$(metric errors HTTPCode_Target_5XX_Count Sum "$idle"),$(metric refused HTTPCode_ELB_5XX_Count Sum),$(metric new_p95 TargetResponseTime p95 "$idle"),$(metric live_p95 TargetResponseTime p95 "$live")]"
  lines=$(aws cloudwatch get-metric-data --start-time "$start" --end-time "$end" --metric-data-queries "$queries" \
    --query 'MetricDataResults[].[Id,sum(Values),avg(Values)]' --output text) || {
    warn 'the figures cannot be read: going on blindly is no canary'
    return 1
  }
  while IFS=$'\t' read -r id sum average; do
    case $id in
      requests) requests=$sum ;;
      errors) errors=$sum ;;
      refused) refused=$sum ;;
      new_p95) new_p95=$average ;;
      live_p95) live_p95=$average ;;
    esac
  done <<<"$lines"

  requests=$(awk -v answered="$requests" -v refused="$refused" 'BEGIN { print answered + refused }')
  errors=$(awk -v errors="$errors" -v refused="$refused" 'BEGIN { print errors + refused }')

  # Fewer than twenty answers say nothing; the smoke test has passed and the wider steps see more.
  if ! is_above "$requests" 19; then
    say "   $requests requests: too few to judge at $percent %, going on"
    return
  fi
  error_percent=$(awk -v errors="$errors" -v requests="$requests" 'BEGIN { printf "%.2f", 100 * errors / requests }')
  say "   $requests requests, $error_percent % 5xx, p95 $new_p95 s (api-$live: $live_p95 s)"
  if is_above "$error_percent" "$max_5xx_percent"; then
    warn "$error_percent % of the answers are 5xx, tolerated are $max_5xx_percent %"
    return 1
  fi
  if [[ $new_p95 != None && $live_p95 != None ]] &&
    is_above "$new_p95" "$(awk -v p95="$live_p95" -v ratio="$max_p95_ratio" 'BEGIN { print p95 * ratio }')"; then
    warn "p95 is $new_p95 s, over $max_p95_ratio times the $live_p95 s of api-$live"
    return 1
  fi
}
