# Tenant-scoped AWS credentials from an IAM Session Broker. Tried with bash 5.2, curl 7.88 and jq 1.6; bash 4.4 is the least.

# Reads a token from standard input, and exports its tenant's credentials. Fails with 1 where they are denied, and with 75 where
# asking again may help. Signs with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN: call it in a subshell, so that
# these remain the application's own outside.
tenant_credentials() {
  local - own answer body status retry_after
  set +x # Secrets are in what follows.
  : "${AWS_ACCESS_KEY_ID:?}" "${AWS_SECRET_ACCESS_KEY:?}" "${AWS_REGION:?}" "${ISB_API_ENDPOINT:?}"
  case $ISB_API_ENDPOINT in
    https://* | http://127.0.0.1[:/]* | http://localhost[:/]*) ;;
    *) echo 'tenant_credentials: ISB_API_ENDPOINT must be an https URL; http is for loopback alone' >&2; return 1 ;;
  esac
  # Neither token nor secrets are arguments, which every user of the machine sees: the one comes by standard input, the others by
  # a file that only this process has.
  own=$(printf 'user = "%s:%s"\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"
    [[ -z ${AWS_SESSION_TOKEN-} ]] || printf 'header = "x-amz-security-token: %s"\n' "$AWS_SESSION_TOKEN")
  answer=$(jq --raw-input --slurp '{JWT: rtrimstr("\n")}' |
    curl --disable --silent --config <(printf '%s\n' "$own") --max-time 10 \
      --aws-sigv4 "aws:amz:$AWS_REGION:execute-api" --header 'content-type: application/json' --data-binary @- \
      --write-out '\n%{http_code} %header{retry-after}' "${ISB_API_ENDPOINT%"${ISB_API_ENDPOINT##*[!/]}"}/credentials") || :
  read -r status retry_after <<< "${answer##*$'\n'}"
  body=${answer%$'\n'*}
  if [[ $status == 200 ]] && answer=$(printf %s "$body" | jq --null-input --exit-status --raw-output '
    input | select(all(.AccessKeyId, .SecretAccessKey, .SessionToken, .Expiration; type == "string")) |
    @sh "export AWS_ACCESS_KEY_ID=\(.AccessKeyId) AWS_SECRET_ACCESS_KEY=\(.SecretAccessKey)",
    @sh "export AWS_SESSION_TOKEN=\(.SessionToken) AWS_CREDENTIAL_EXPIRATION=\(.Expiration)"' 2> /dev/null); then
    eval "$answer"
    return
  fi
  # What has no code is of a gateway or a proxy, whose words may repeat what was sent.
  printf %s "$body" | jq --null-input --raw-output 'input | if .code then "\(.code): \(.message)" else error end' >&2 2> /dev/null ||
    echo "tenant_credentials: no answer of the broker's: status $status" >&2
  [[ -z $retry_after ]] || echo "tenant_credentials: ask again in $retry_after seconds" >&2
  [[ $status == 4* && $status != 429 ]] && return 1
  return 75
}
