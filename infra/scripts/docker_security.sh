#!/usr/bin/env bash
# Holds the Dockerfiles against the rules of this repository, and scans images where the tools for it are there.
#
#   ./infra/scripts/docker_security.sh [--image IMAGE]… [--directory DIR]
#
#   --image IMAGE      also scan this built image with trivy: no vulnerability of high or critical severity that has a fix
#   --directory DIR    folder of the Dockerfiles (default: the repository)
#
# Rules: base images by version, never latest · several stages, the last not as root · a HEALTHCHECK · production dependencies alone ·
# nothing fetched by ADD or piped into a shell · no secret in ENV or ARG · .env and .git kept out of the build by .dockerignore.
# Where trivy is installed, its own rules for Dockerfiles too. Without trivy an --image is an error, not a pass.
#
# Exit code: 0 all hold · 1 findings · 2 wrong usage · 3 trivy is missing and an image was to be scanned
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/scripts/lib/report.sh
source "$here/lib/report.sh"

directory="$here/../.."
images=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --image) image=$(option_value "$1" $# "${2:-}"); images+=("$image"); shift 2 ;;
    --directory) directory=$(option_value "$1" $# "${2:-}"); shift 2 ;;
    --help | -h) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    *) usage_error "unknown option $1" ;;
  esac
done
[[ -d $directory ]] || usage_error "$directory is no folder"

findings=0
finding() {
  findings=$((findings + 1))
  say "   $1: $2"
}

has_trivy=0
if command -v trivy >/dev/null 2>&1; then has_trivy=1; fi

check_dockerfile() {
  local path=$1 name text last_stage base stages
  name=$(basename "$path")
  # Without comments, and with continued lines joined.
  text=$(sed -e '/^[[:space:]]*#/d' "$path" | sed -e ':join' -e '/\\$/{N;s/\\\n//;bjoin' -e '}')
  stages=" $(sed -nE 's/^FROM .* [Aa][Ss] ([^ ]+).*/\1/p' <<<"$text" | tr '\n' ' ')"
  last_stage=$(tac <<<"$text" | sed '/^FROM /q' | tac)

  while read -r base; do
    [[ $stages == *" $base "* ]] && continue
    [[ $base == *:* && $base != *:latest || $base == *@sha256:* ]] || finding "$name" "the base image $base has no version"
  done < <(sed -nE 's/^FROM (--[^ ]+ )?([^ ]+).*/\2/p' <<<"$text")

  [[ $(grep -c '^FROM ' <<<"$text") -ge 2 ]] || finding "$name" 'one stage: build tools would be in the image'
  if ! grep -Eq '^USER +[^ ]+' <<<"$last_stage"; then
    finding "$name" 'the last stage sets no USER: it runs as root'
  elif grep -E '^USER ' <<<"$last_stage" | tail -n 1 | grep -Eq '^USER +(root|0)(:|$)'; then
    finding "$name" 'the last stage runs as root'
  fi
  grep -q '^HEALTHCHECK ' <<<"$last_stage" || finding "$name" 'no HEALTHCHECK'
  grep -Eq 'npm (ci|prune|install)[^&|]*--omit[= ]dev' <<<"$text" || finding "$name" 'npm installs more than production dependencies (--omit=dev)'
  if grep -Eiq '^ADD +https?://' <<<"$text"; then finding "$name" 'ADD fetches from the network'; fi
  if grep -Eq '(curl|wget)[^&;]*\| *(ba)?sh' <<<"$text"; then finding "$name" 'a download is piped into a shell'; fi
  if grep -Eiq '^(ENV|ARG) +[A-Z_]*(SECRET|TOKEN|PASSWORD|API_KEY|SERVICE_ROLE_KEY)' <<<"$text"; then
    finding "$name" 'a secret in ENV or ARG stays in the image for everyone to read'
  fi
}

shopt -s nullglob
dockerfiles=("$directory"/Dockerfile*)
[[ ${#dockerfiles[@]} -gt 0 ]] || usage_error "there is no Dockerfile in $directory"
for path in "${dockerfiles[@]}"; do
  say "$(basename "$path")"
  check_dockerfile "$path"
  if [[ $has_trivy -eq 1 ]]; then
    trivy config --quiet --exit-code 1 --severity HIGH,CRITICAL "$path" || finding "$(basename "$path")" 'trivy has findings, see above'
  fi
done

# Either the file begins with everything and lets single entries in, or it names what stays out.
say '.dockerignore'
for entry in .env .git node_modules; do
  pattern="${entry//./\\.}"
  if grep -qx '\*' "$directory/.dockerignore" 2>/dev/null; then
    if grep -Eqx "!$pattern" "$directory/.dockerignore"; then finding .dockerignore "$entry is let into the build"; fi
  elif ! grep -Eqx "(\*\*/)?${pattern}[/*]*" "$directory/.dockerignore" 2>/dev/null; then
    finding .dockerignore "$entry is not kept out of the build"
  fi
done

for image in "${images[@]+"${images[@]}"}"; do
  [[ $has_trivy -eq 1 ]] || fail 3 "trivy is needed to scan $image and is not installed"
  say "$image"
  trivy image --quiet --exit-code 1 --severity HIGH,CRITICAL --ignore-unfixed "$image" || finding "$image" 'trivy has findings, see above'
done

[[ $has_trivy -eq 1 ]] || say 'trivy is not installed: only the rules of this repository were checked'
say "$findings findings"
[[ $findings -eq 0 ]]
