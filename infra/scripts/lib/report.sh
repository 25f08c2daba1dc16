# shellcheck shell=bash
# What every script says and how it ends. Exit codes are the same everywhere:
#   0 done   1 failed, nothing left half-done   2 wrong usage   3 something needed is missing   4 failed and rolled back
#   5 failed and the rollback failed too: a human is needed now

say() { printf '%s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
heading() { printf '\n%s\n' "$*"; }

# fail CODE MESSAGE
fail() {
  local code=$1
  shift
  printf 'error: %s\n' "$*" >&2
  exit "$code"
}

usage_error() {
  printf 'error: %s\n' "$*" >&2
  printf 'try: %s --help\n' "$0" >&2
  exit 2
}

# The comment block at the top of a script is its help.
print_help() { sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p;}' "$1"; }

# option_value OPTION COUNT VALUE: the value of an option that must have one.
option_value() {
  if [[ $2 -lt 2 || -z $3 || $3 == --* ]]; then usage_error "$1 needs a value"; fi
  printf '%s' "$3"
}

require_number() {
  [[ $2 =~ ^[0-9]+$ ]] || usage_error "$1 must be a whole number, not '$2'"
}

require_command() {
  command -v "$1" >/dev/null 2>&1 || fail 3 "$1 is needed and is not installed"
}

require_environment_name() {
  case $1 in
    staging | production) ;;
    '') usage_error '--env staging|production is needed' ;;
    *) usage_error "--env must be staging or production, not '$1'" ;;
  esac
}
