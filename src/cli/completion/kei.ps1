# kei for PowerShell. Put this line into $PROFILE:  kei completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName kei -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object {
            if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
        })
    $current = $wordToComplete.Trim([char[]]"'""")
    $line = (($words + $current) -join [string][char]0) + [char]0
    $answer = @($line | & kei complete powershell 2>$null)
    $answer | Select-Object -Skip 2 | ForEach-Object {
        $value, $note = $_ -split [char]9, 2
        if (-not $value.StartsWith($current, [StringComparison]::OrdinalIgnoreCase)) { return }
        $text = $value
        if ($value -notmatch '^[\w./=:+-]+$') {
            $text = "'" + [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($value) + "'"
        }
        if (-not $note) { $note = $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $note)
    }
}
