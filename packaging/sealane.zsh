#compdef sealane
# SPDX-License-Identifier: ISC
# zsh completion of the sealane program, from what --help says.
_sealane() {
    local -a commands
    if ((CURRENT == 2)); then
        commands=(${(f)"$(sealane --help | sed -n '/Commands:/,/^$/s/^  \([a-z][a-z]*\)  *\(.*\)/\1:\2/p')"})
        _describe command commands
    elif [[ $words[2] == preload && $words[CURRENT] != -* ]]; then
        shift 2 words
        ((CURRENT -= 2))
        _normal
    elif [[ $words[CURRENT] == -* ]]; then
        compadd -- $(sealane $words[2] --help | grep -oE -- '(^| )--[a-z-]+')
    else
        _files
    fi
}
_sealane "$@"
