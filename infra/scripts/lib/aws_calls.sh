# shellcheck shell=bash
# AWS as the scripts see it: calls that read, calls that change, and the facts of an environment.
#
# Without --execute ($execute is not 1) nothing is changed: a changing call is printed. Reading calls are made even then, so that the
# plan shows real values; where AWS cannot be reached ($offline is 1) the plan is made of assumptions, and says so.

# First of all: macOS' own bash (3.2) would end at the first associative array, in words that say nothing.
if [[ ${BASH_VERSINFO[0]} -lt 4 || (${BASH_VERSINFO[0]} -eq 4 && ${BASH_VERSINFO[1]} -lt 4) ]]; then
  fail 3 "bash 4.4 or later is needed, this is $BASH_VERSION (on macOS: brew install bash)"
fi

execute=0
offline=0

# Command line as it could be pasted into a shell.
quoted() {
  local word out=''
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_./:=@%,+-]+$ ]]; then out+=" $word"; else out+=" '${word//\'/\'\\\'\'}'"; fi
  done
  printf '%s' "${out# }"
}

# change COMMAND…: runs it, or prints it in a dry run.
change() {
  if [[ $execute -eq 1 ]]; then
    say "   run: $(quoted "$@")"
    "$@" >/dev/null
  else
    say "   would run: $(quoted "$@")"
  fi
}

# change_and_read VARIABLE ASSUMPTION COMMAND…: as change, with the command's output in VARIABLE; in a dry run, the assumption.
change_and_read() {
  local -n result=$1
  local assumption=$2
  shift 2
  if [[ $execute -eq 1 ]]; then
    say "   run: $(quoted "$@")"
    result=$("$@")
  else
    say "   would run: $(quoted "$@")"
    # shellcheck disable=SC2034 # set for the caller, by reference
    result=$assumption
  fi
}

# read_aws VARIABLE ASSUMPTION COMMAND…: makes a reading call; offline, takes the assumption.
read_aws() {
  local -n answer=$1
  local assumption=$2
  shift 2
  if [[ $offline -eq 1 ]]; then
    # shellcheck disable=SC2034 # set for the caller, by reference
    answer=$assumption
  else
    answer=$("$@")
  fi
}

# Finds out whether AWS can be reached at all. To change something it must; to plan, it need not.
connect_to_aws() {
  local account
  if command -v aws >/dev/null 2>&1 && account=$(aws sts get-caller-identity --query Account --output text 2>/dev/null); then
    say "AWS account: $account"
    return
  fi
  if [[ $execute -eq 1 ]]; then
    fail 3 'AWS cannot be reached: install the AWS CLI and log in (aws sso login, or AWS_PROFILE), then try again'
  fi
  offline=1
  warn 'AWS cannot be reached from here: the plan below is made of assumed values, shown as <…>'
}

# Facts that Terraform and earlier releases recorded under /claude-proxy/ENVIRONMENT, read in one call: fact deploy/cluster
declare -A facts=()
load_facts() {
  local environment=$1 lines name value
  facts=()
  if [[ $offline -eq 1 ]]; then
    facts=(
      [deploy/cluster]="claude-proxy-$environment"
      [deploy/api-family]="claude-proxy-$environment-api"
      [deploy/worker-family]="claude-proxy-$environment-worker"
      [deploy/application-secret]=claude-proxy-secrets
      [deploy/migrations-secret]=claude-proxy-secrets-migrations
      [release/live-colour]=blue
      [release/image-tag]='<image of the live release>'
      [release/previous-image]='<image of the previous release>'
      [release/previous-api-task]='<API task of the previous release>'
      [release/previous-worker-task]='<worker task of the previous release>'
    )
    return
  fi
  lines=$(aws ssm get-parameters-by-path --path "/claude-proxy/$environment" --recursive \
    --query 'Parameters[].[Name,Value]' --output text) ||
    fail 3 "the parameters under /claude-proxy/$environment cannot be read: wrong account, or no permission"
  while IFS=$'\t' read -r name value; do
    [[ -n $name ]] && facts[${name#"/claude-proxy/$environment/"}]=$value
  done <<<"$lines"
  [[ -n ${facts[deploy/cluster]:-} ]] ||
    fail 3 "there is no environment '$environment' in this account: apply infra/terraform/envs/$environment first"
}

fact() {
  if [[ -n ${facts[$1]:-} ]]; then
    printf '%s' "${facts[$1]}"
  elif [[ $offline -eq 1 ]]; then
    printf '<%s>' "$1"
  else
    fail 3 "the parameter /claude-proxy/…/$1 is missing: apply infra/terraform"
  fi
}

# Production takes more than one flag.
confirm() {
  local environment=$1 what=$2 yes=$3 answer=''
  if [[ $environment != production || $execute -eq 0 || $yes -eq 1 ]]; then return; fi
  printf '%s\nType the name of the environment to go on: ' "$what"
  read -r answer || true
  [[ $answer == production ]] || fail 1 'not confirmed: nothing was changed'
}
