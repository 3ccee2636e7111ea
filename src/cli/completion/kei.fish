# kei for fish. Put this into ~/.config/fish/completions/kei.fish:  kei completion fish
function __kei_complete
    set -l words (commandline -opc)[2..-1]
    set -l current (commandline -ct)
    set -l answer (printf '%s\0' $words "$current" | command kei complete fish 2>/dev/null)
    if test "$answer[1]" = files
        set -l prefix "$answer[2]"
        set -l start (math (string length -- "$prefix") + 1)
        for path in (__fish_complete_path (string sub -s $start -- "$current"))
            printf '%s%s\n' "$prefix" "$path"
        end
    else if set -q answer[3]
        printf '%s\n' $answer[3..-1]
    end
end
complete -c kei -f -a '(__kei_complete)'
