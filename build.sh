#!/usr/bin/env bash
# Builds, tests and shows PeerNet. Does the work of build.ps1 where there is PowerShell, and what is possible without.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

task=${1:-Build}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if command -v pwsh >/dev/null 2>&1; then
    exec pwsh -NoLogo -NoProfile -NonInteractive -File ./build.ps1 "$@"
fi

if dotnet tool restore >/dev/null 2>&1; then
    exec dotnet tool run pwsh -- -NoLogo -NoProfile -NonInteractive -File ./build.ps1 "$@"
fi

echo "No PowerShell: pwsh is not on PATH and 'dotnet tool restore' did not bring it; doing what needs none."

run_tests() {
    local results=out/TestResults log status=0
    rm -rf "$results"
    dotnet test PeerNet.sln -c Release --logger "trx;LogFileName=engine.trx" --results-directory "$results" || status=$?
    log=$(grep -o '<Counters [^>]*>' "$results/engine.trx" || true)
    counter() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<" $log"; }

    local passed failed total suites
    passed=$(counter passed) failed=$(counter failed) total=$(counter total)
    suites=$(find tests -name '*.Tests.ps1' | wc -l)
    echo "The $suites Pester suites need pwsh: skipped."
    echo "${passed:-0} passed, ${failed:-0} failed, $((${total:-0} - ${passed:-0} - ${failed:-0} + suites)) skipped"
    return "$status"
}

case $task in
    Build) dotnet build PeerNet.sln -c Release ;;
    Test) run_tests ;;
    Tour) dotnet run --project tests/PeerNet.Tour -c Release ;;
    Simulate) dotnet run --project tests/PeerNet.Engine.Tests -c Release -- simulate all 0 "$RANDOM" 1 ;;
    Clean) rm -rf out && dotnet clean PeerNet.sln -c Release -v q ;;
    *) echo "The task '$task' needs PowerShell; without it there are Build, Test, Tour, Simulate and Clean." >&2; exit 2 ;;
esac
