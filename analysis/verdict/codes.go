package verdict

import "dockwright/analysis/syntax"

// Codes of the problems that BuildKit's parsers give cause for. They are stable: users refer to them.
const (
	CodeBlankName       = "BlankName"
	CodeDuplicateFlag   = "DuplicateFlag"
	CodeHeredocTarget   = "HeredocDestination"
	CodeFlagValue       = "InvalidFlagValue"
	CodeFrom            = "InvalidFrom"
	CodeHealthcheck     = "InvalidHealthcheck"
	CodeMount           = "InvalidMount"
	CodeOnbuild         = "InvalidOnbuild"
	CodeShell           = "InvalidShell"
	CodeStageName       = "InvalidStageName"
	CodeMissingArgument = "MissingArgument"
	CodeMissingValue    = "MissingFlagValue"
	CodeMissingFrom     = "MissingFrom"
	CodeNoInstructions  = "NoInstructions"
	CodeParseError      = "ParseError"
	CodeTooMany         = "TooManyArguments"
	CodeUnexpectedValue = "UnexpectedFlagValue"
	CodeUnknownFlag     = "UnknownFlag"
	CodeUnknown         = "UnknownInstruction"
)

// Code is a kind of error, with its meaning in one line.
type Code struct{ ID, Summary string }

// Codes are all codes of Problems and Mounts, those of the scanner too, in alphabetical order.
var Codes = []Code{
	{CodeBlankName, "A name or path is empty"},
	{CodeDuplicateFlag, "A flag that can be given once is given again"},
	{CodeHeredocTarget, "COPY or ADD has a heredoc where its destination belongs"},
	{syntax.CodeDirective, "A parser directive is given twice or has a value that it cannot have"},
	{CodeFlagValue, "The value of a flag is not one that the flag takes"},
	{CodeFrom, "FROM has something else than AS behind its image"},
	{CodeHealthcheck, "HEALTHCHECK is neither CMD with a command nor a lone NONE"},
	{syntax.CodeJSON, "A JSON array holds something else than strings"},
	{syntax.CodeKeyValue, "ENV or LABEL has a word that is not key=value"},
	{CodeMount, "A --mount of RUN has an unknown key or type, or keys that do not go together"},
	{CodeOnbuild, "ONBUILD has a trigger that it cannot have"},
	{CodeShell, "The arguments of SHELL are not a JSON array"},
	{CodeStageName, "A stage name does not begin with a letter or holds symbols"},
	{syntax.CodeLineTooLong, "A line is longer than BuildKit reads"},
	{CodeMissingArgument, "An instruction lacks an argument that it needs"},
	{CodeMissingValue, "A flag lacks its value"},
	{CodeMissingFrom, "There is no FROM above an instruction that needs a stage"},
	{CodeNoInstructions, "The file has no instructions"},
	{CodeParseError, "BuildKit cannot read the instruction"},
	{CodeTooMany, "An instruction has more arguments than it takes"},
	{CodeUnexpectedValue, "A flag that is a switch has a value other than true and false"},
	{CodeUnknownFlag, "An instruction does not have this flag"},
	{CodeUnknown, "There is no such instruction"},
	{syntax.CodeHeredoc, "The end of a heredoc is missing"},
}
