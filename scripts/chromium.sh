#!/bin/sh
# Installs Debian's Chromium for the browser tests where that can be done; elsewhere those tests are skipped.
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Chromium이 없어서 브라우저 시험은 건너뛰어요" >&2
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null </dev/null ||
    echo "Chromium을 설치하지 못해서 브라우저 시험은 건너뛰어요" >&2
