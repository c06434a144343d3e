#!/usr/bin/env bash
# Copies an object of the tenant whose token is on standard input.
set -euo pipefail
source "$(dirname "$0")/session-broker.sh"

tenant_credentials
aws s3 cp "s3://$1/$2" -
