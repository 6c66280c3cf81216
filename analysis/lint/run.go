package lint

// Pass is one rule's look at one file.
type Pass struct {
	Input
	Options Options
	rule    *Rule
	report  func(Finding)
}

// Rules lists every rule in alphabetical order of ID.
func Rules() []Rule { return nil }

// Run applies every rule that is not switched off and returns the findings in the order of the text.
func Run(in Input, o Options) []Finding { return nil }
