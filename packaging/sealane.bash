# SPDX-License-Identifier: ISC
# bash completion of the sealane program: its commands, and of each the options that its --help lists.
_sealane() {
    local word=${COMP_WORDS[COMP_CWORD]} command=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(sealane --help | sed -n '/Commands:/,/^$/s/^  \([a-z][a-z]*\)  .*/\1/p') --help --version" -- "$word")
        return
    fi
    command=${COMP_WORDS[1]}
    if [ "$command" = preload ]; then
        local i
        for ((i = 2; i < COMP_CWORD; i++)); do
            case ${COMP_WORDS[i]} in
            -l | --library) ((i++)) ;;
            -*) ;;
            *)
                if declare -F _command_offset >/dev/null; then
                    _command_offset "$i"
                fi
                return
                ;;
            esac
        done
    fi
    case $word in
    -*) mapfile -t COMPREPLY < <(compgen -W "$(sealane "$command" --help | grep -oE -- '(^| )--[a-z-]+')" -- "$word") ;;
    *)
        if [ "$command" = preload ]; then
            mapfile -t COMPREPLY < <(compgen -c -- "$word")
        else
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
        fi
        ;;
    esac
}
complete -o filenames -F _sealane sealane
