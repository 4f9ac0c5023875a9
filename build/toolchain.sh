# Read (not run) by ./retort, ./test and .ci/run, which set $root to the checkout: where dotnet is, and how to build
# with it. POSIX sh, so that dash, bash and the sh of macOS agree.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

state=$root/.retort
program=$root/src/Retort.Cli/bin/Release/net10.0/Retort.Cli.dll
stamp=$state/built
lock=$state/lock
me=${0##*/}

say() {
    printf '%s\n' "$*" >&2
}

fail() {
    say "$me: $*"
    exit 1
}

find_dotnet() {
    for dotnet in dotnet "${DOTNET_ROOT:-}/dotnet" "${HOME:-}/.dotnet/dotnet"; do
        command -v "$dotnet" >/dev/null 2>&1 && return
    done
    fail 'the program "dotnet" is not there; install the .NET 10 SDK (https://dotnet.microsoft.com/download/dotnet/10.0) and see that it is on your PATH.'
}

require_sdk() {
    "$dotnet" --list-sdks 2>/dev/null | grep -q '^10\.' ||
        fail "\"$dotnet\" has no .NET 10 SDK; install it from https://dotnet.microsoft.com/download/dotnet/10.0."
}

# Is the built program older than what it is built from? Folders count as well as files: a removed file changes only its folder.
changed() {
    [ ! -f "$program" ] || [ ! -f "$stamp" ] ||
        [ -n "$(find "$root/src" "$root"/Directory.* "$root/global.json" "$root"/native/*.* "$root"/web/*.* "$root/build/toolchain.sh" \
            \( -name bin -o -name obj \) -prune -o -newer "$stamp" -print 2>/dev/null)" ]
}

# One build or test run at a time in a checkout. The lock is a file made only if it was not there, holding host:process.
take_lock() {
    mkdir -p "$state" 2>/dev/null && [ -w "$state" ] ||
        fail "$state cannot be written; build as the owner of the folder, or copy the checkout to a folder of your own."
    waited=0
    until (set -C && printf '%s:%s\n' "$(uname -n)" $$ >"$lock") 2>/dev/null; do
        owner=$(cat "$lock" 2>/dev/null)
        process=${owner##*:}
        if [ -n "$process" ] && [ "${owner%:*}" = "$(uname -n)" ] &&
            ! kill -0 "$process" 2>/dev/null && [ ! -d "/proc/$process" ]; then
            rm -f "$lock" # its owner was killed
            continue
        fi
        [ $waited = 2 ] && say "Waiting for another build or test run of this checkout (${owner:-unknown process}) ..."
        [ $waited = 900 ] && fail "$lock has been held by ${owner:-an unknown process} for 15 minutes; delete that file if that process is gone."
        waited=$((waited + 1))
        sleep 1
    done
    trap release_lock EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

release_lock() {
    rm -f "$lock"
    trap - EXIT HUP INT TERM
}

# Builds a project or the solution (Release); the lock must be held. What the compiler says goes to a log.
build() {
    require_sdk
    say 'Building Retort ...'
    # dotnet needs a home for its own files; services and containers often have none.
    [ -w "${HOME:-}" ] || export DOTNET_CLI_HOME="$state/home"
    # Made before the stamp, so that their appearing does not count as a change of the sources.
    for project in "$root"/src/*/; do
        mkdir -p "${project}bin" "${project}obj"
    done
    # The stamp is as old as the beginning of the build: what is edited meanwhile is built next time.
    : >"$stamp.new"
    log=$state/build.log
    if ! (cd "$root" && DOTNET_CLI_UI_LANGUAGE=en "$dotnet" build -c Release "$1" --nologo -v minimal --tl:off --disable-build-servers) \
        >"$log" 2>&1 </dev/null; then
        grep -q 'error NU1301' "$log" &&
            fail "Retort could not be built because its packages could not be fetched; connect to the network and try again (all messages: $log)."
        errors=$(grep -E '(^|: |  )error ' "$log" | sed -e 's|^ *||' -e 's| \[[^]]*\]$||' | sort -u | head -n 12)
        printf '%s\n' "${errors:-$(tail -n 20 "$log")}" >&2
        fail "Retort could not be built; the messages above say why (all of them: $log)."
    fi
    mv "$stamp.new" "$stamp"
}
