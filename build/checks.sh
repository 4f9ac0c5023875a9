# What the scripts share that try out what users get; sourced after toolchain.sh, with $work as the folder of their logs.

# The platform of this machine.
case $(uname -s)-$(uname -m) in
    Linux-x86_64) rid=linux-x64 ;;
    Linux-aarch64) rid=linux-arm64 ;;
    Darwin-arm64) rid=osx-arm64 ;;
    *) fail "Retort is not published for this platform." ;;
esac

# run LOG COMMAND...
run() {
    log=$work/$1.log
    shift
    "$@" >"$log" 2>&1 </dev/null || {
        tail -n 20 "$log" >&2
        fail "\"$*\" failed (all messages: $log)."
    }
}

# expect TEXT LOG
expect() {
    grep -q "$1" "$work/$2.log" || fail "there is no \"$1\" in $work/$2.log."
}
