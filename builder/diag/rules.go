package diag

// Rule is the stable name of a kind of message, as printed in brackets and used in handbook.yaml.
type Rule string

// The rules. Each stands in rules.md, in the order of the manual, and has a case in a test that triggers it.
const (
	InvalidFrontmatter Rule = "invalid-frontmatter"
	DuplicateKey       Rule = "duplicate-key"
	InvalidValue       Rule = "invalid-value"
	InvalidText        Rule = "invalid-text"
	UnreadableFile     Rule = "unreadable-file"
	FileTooLarge       Rule = "file-too-large"
	UnsafeLink         Rule = "unsafe-link"
	RemovedHTML        Rule = "removed-html"
	NotRead            Rule = "not-read"
	WrongFormula       Rule = "wrong-formula"
	InvalidConfig      Rule = "invalid-config"
	InvalidTheme       Rule = "invalid-theme"
	SameAddress        Rule = "same-address"
	SamePage           Rule = "same-page"
	NoPages            Rule = "no-pages"
	NotAPage           Rule = "not-a-page"
	TwoIndexPages      Rule = "two-index-pages"
	BrokenLink         Rule = "broken-link"
	BrokenAnchor       Rule = "broken-anchor"
	LinkByOtherRules   Rule = "link-by-other-rules"
	Navigation         Rule = "navigation"
	HiddenLink         Rule = "hidden-link"
	HiddenRelation     Rule = "hidden-relation"
	UnknownAudience    Rule = "unknown-audience"
	AmbiguousLink      Rule = "ambiguous-link"
	EmbedCycle         Rule = "embed-cycle"
	NoOwner            Rule = "no-owner"
	UnknownOwner       Rule = "unknown-owner"
	ReviewOverdue      Rule = "review-overdue"
	SymlinkOutside     Rule = "symlink-outside"
	ShallowHistory     Rule = "shallow-history"
	UnreadableHistory  Rule = "unreadable-history"
	InvalidRecord      Rule = "invalid-record"
	MovedRecord        Rule = "moved-record"
	LostRecord         Rule = "lost-record"
	DependsCircle      Rule = "depends-circle"
	NothingTracked     Rule = "nothing-tracked"
	InvalidCodeowners  Rule = "invalid-codeowners"
	OwnersDisagree     Rule = "owners-disagree"
	OwnerLeft          Rule = "owner-left"
	LeftAndNeeded      Rule = "left-and-needed"
	InvalidView        Rule = "invalid-view"
	MissingDocument    Rule = "missing-document"
	AnswerOverdue      Rule = "answer-overdue"
	DecisionOverdue    Rule = "decision-overdue"
	BetaOverdue        Rule = "beta-overdue"
	DayOverdue         Rule = "day-overdue"
	WorkOnRetired      Rule = "work-on-retired-product"
	SupersededLive     Rule = "superseded-and-live"
	UnknownDepartment  Rule = "unknown-department"
	FindingUnowned     Rule = "finding-unowned"
	FindingUndecided   Rule = "finding-undecided"
	FindingUntested    Rule = "finding-untested"
	ShippedOpen        Rule = "shipped-with-findings"
	UnknownReader      Rule = "unknown-reader"
	SignOffOverdue     Rule = "sign-off-overdue"
	AgreedNotWritten   Rule = "agreed-not-written"
	UnansweredQuestion Rule = "unanswered-question"
	UnknownType        Rule = "unknown-type"
	UnknownStatus      Rule = "unknown-status"
	StatusSkipped      Rule = "status-skipped"
	UnknownField       Rule = "unknown-field"
	MissingField       Rule = "missing-field"
	MissingHeading     Rule = "missing-heading"
	WrongType          Rule = "wrong-type"
	SupersedesCircle   Rule = "supersedes-circle"
	OneManager         Rule = "one-manager"
	MissingWords       Rule = "missing-words"
	InvalidIgnore      Rule = "invalid-ignore"
	UnusedIgnore       Rule = "unused-ignore"
	EmptyLink          Rule = "empty-link"
	AliasOnly          Rule = "alias-only"
	RepeatedTitle      Rule = "repeated-title"
	HugeImage          Rule = "huge-image"
	NoAltText          Rule = "no-alt-text"
	DuplicateTitle     Rule = "duplicate-title"
	SkippedHeading     Rule = "skipped-heading"
	OrphanPage         Rule = "orphan-page"
	UnusedAsset        Rule = "unused-asset"
	PlainHTTP          Rule = "plain-http"
	BareURL            Rule = "bare-url"
	DeadExternal       Rule = "dead-external"
	VanishedAddress    Rule = "vanished-address"
	VanishedAnchor     Rule = "vanished-anchor"
)

// Habit is what there is to say of a site most of whose pages have a message of a rule, once; the zero Group where each page
// says more than all of them.
func (r Rule) Habit() Group {
	switch r {
	case ReviewOverdue:
		return Group{Whole: true, Text: "{n} pages are past the day of their review, which is most of them",
			Help: "begin with the pages that are linked to most, which /health/ lists first, or give pages more time with `review_every`"}
	case RepeatedTitle:
		return Group{Whole: true, Text: "{n} pages say their title twice, which is most of them", Help: "`handbook fix` takes the second one out"}
	}
	return Group{}
}
