package syntax

import (
	"cmp"
	"slices"
	"sort"

	"dockwright/analysis/text"
)

// TokenKind says what a stretch of a file is.
type TokenKind int

// The kinds of tokens.
const (
	// TriviaToken is white space, line breaks, line continuations, the byte order mark, and punctuation between words.
	TriviaToken TokenKind = iota
	CommentToken
	DirectiveNameToken
	DirectiveValueToken
	KeywordToken
	FlagNameToken // with its dashes
	FlagValueToken
	KeyToken // of ENV, LABEL and ARG
	WordToken
	HeredocOperatorToken
	HeredocBodyToken
	HeredocTerminatorToken
)

// Token is a stretch of a file of one kind. A word that is continued on another line gives several.
type Token struct {
	Kind TokenKind
	Span text.Span
}

// Tokens cut the whole file into stretches: in order, without gaps and overlaps.
func (f *File) Tokens() []Token {
	t := tokenizer{}
	for _, d := range f.Directives {
		t.span(DirectiveNameToken, d.Name.Span)
		t.span(DirectiveValueToken, d.Value.Span)
	}
	for _, c := range f.Comments {
		t.span(CommentToken, c.Span)
	}
	for _, in := range f.Instructions {
		t.instruction(in)
	}
	return t.fill(len(f.Text))
}

type tokenizer struct{ tokens []Token }

func (t *tokenizer) span(kind TokenKind, s text.Span) {
	if s.Len() > 0 {
		t.tokens = append(t.tokens, Token{kind, s})
	}
}

// stretch adds bytes start to end of a line, cut where the line is continued.
func (t *tokenizer) stretch(kind TokenKind, l *Line, start, end int) {
	first := max(sort.Search(len(l.pieces), func(i int) bool { return l.pieces[i].at > start })-1, 0)
	for i := first; i < len(l.pieces) && (i == first || l.pieces[i].at < end); i++ {
		p, to := l.pieces[i], len(l.Text)
		if i+1 < len(l.pieces) {
			to = l.pieces[i+1].at
		}
		if from, to := max(start, p.at), min(end, to); from < to {
			t.span(kind, text.Span{Start: p.offset + from - p.at, End: p.offset + to - p.at})
		}
	}
}

func (t *tokenizer) word(kind TokenKind, l *Line, w Word) { t.stretch(kind, l, w.Start, w.End) }

func (t *tokenizer) instruction(in *Instruction) {
	l := &in.Line
	t.word(KeywordToken, l, in.Keyword)
	for _, f := range in.Flags {
		start, _ := l.At(f.Span.Start)
		t.stretch(FlagNameToken, l, start, f.Name.End)
		t.word(FlagValueToken, l, f.Value)
	}
	t.word(KeywordToken, l, in.Kind)
	if in.Trigger != nil {
		t.instruction(in.Trigger)
		return
	}
	operators, start := in.Heredocs, 0
	for _, w := range in.Words {
		start = max(start, w.Start) // an operator with white space in it reaches into the next word
		for len(operators) > 0 && operators[0].Operator.Start < w.End {
			op := operators[0].Operator
			t.stretch(WordToken, l, start, op.Start)
			t.word(HeredocOperatorToken, l, op)
			start, operators = max(start, op.End), operators[1:]
		}
		t.stretch(WordToken, l, start, w.End)
	}
	for _, p := range in.Pairs {
		t.word(KeyToken, l, p.Key)
		t.word(WordToken, l, p.Value)
	}
	for _, h := range in.Heredocs {
		t.span(HeredocBodyToken, h.Body)
		t.span(HeredocTerminatorToken, h.Terminator)
	}
}

// fill puts the tokens in order and trivia between them.
func (t *tokenizer) fill(size int) []Token {
	slices.SortStableFunc(t.tokens, func(a, b Token) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	out := make([]Token, 0, 2*len(t.tokens)+1)
	at := 0
	for _, token := range t.tokens {
		if token.Span.Start > at {
			out = append(out, Token{TriviaToken, text.Span{Start: at, End: token.Span.Start}})
		}
		out = append(out, token)
		at = token.Span.End
	}
	if at < size {
		out = append(out, Token{TriviaToken, text.Span{Start: at, End: size}})
	}
	return out
}
