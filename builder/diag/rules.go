package diag

import "sync"

// Rule is the stable name of a kind of message, as printed in brackets and used in handbook.yaml.
type Rule string

// The rules. Each has a sentence and a default severity in ruleTable, and a case in a test that triggers it.
const (
	InvalidFrontmatter Rule = "invalid-frontmatter"
	DuplicateKey       Rule = "duplicate-key"
	InvalidValue       Rule = "invalid-value"
	InvalidText        Rule = "invalid-text"
	UnreadableFile     Rule = "unreadable-file"
	FileTooLarge       Rule = "file-too-large"
	UnsafeLink         Rule = "unsafe-link"
	RemovedHTML        Rule = "removed-html"
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
	InvalidView        Rule = "invalid-view"
	MissingDocument    Rule = "missing-document"
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

// Doc is what handbook knows of a rule.
type Doc struct {
	Rule     Rule
	Default  Severity
	Sentence string // what it means for the author, one sentence
}

// Rules lists every rule in the order of the manual.
func Rules() []Doc {
	return []Doc{
		{InvalidFrontmatter, Error, "The block at the top of the page cannot be read, so neither its title nor its owner is known."},
		{DuplicateKey, Error, "A frontmatter key is written twice, and only one of the two values can be meant."},
		{InvalidValue, Warning, "A frontmatter value is not of the kind its key takes, such as a date that is no date; the value is ignored."},
		{InvalidText, Warning, "The file holds bytes that are not UTF-8 text; each is shown as a replacement character."},
		{UnreadableFile, Error, "The file or folder cannot be read."},
		{FileTooLarge, Error, "The page is larger than handbook reads, which is more than a person will."},
		{UnsafeLink, Warning, "A link would run a script in the reader's browser; it is left out."},
		{RemovedHTML, Warning, "Raw HTML holds something that pages may not, and it is left out."},
		{InvalidConfig, Error, "handbook.yaml cannot be read or names something that does not exist."},
		{InvalidTheme, Error, "A template of the theme cannot be read or does not fit the page it is for."},
		{SameAddress, Warning, "Two things would be published at one address, so one of them gave way."},
		{SamePage, Error, "Two files are one page, so one of them is not shown."},
		{NoPages, Error, "The content folder has no page, so there is nothing to read."},
		{NotAPage, Warning, "A file that may have been meant as a page is none, by its name or its ending."},
		{TwoIndexPages, Warning, "A folder has two pages that both want to be its own page."},
		{BrokenLink, Warning, "A link, image or embed leads to nothing in this handbook."},
		{BrokenAnchor, Warning, "A link leads to a page that exists and a heading on it that does not."},
		{LinkByOtherRules, Warning, "A link is written by the rules of another tool, and only one target fits; it leads there."},
		{HiddenLink, Warning, "With --audience: the text refers to a page that is not for this audience; its words stay, the link does not."},
		{HiddenRelation, Off, "With --audience: frontmatter names a page that is not for this audience; the page does not show it."},
		{UnknownAudience, Warning, "A page is for an audience that the handbook does not know, so it is published for nobody of that name."},
		{AmbiguousLink, Warning, "A wikilink or name fits more than one page."},
		{EmbedCycle, Warning, "A page shows itself in place, directly or by way of others."},
		{NoOwner, Warning, "Nobody answers for the page."},
		{UnknownOwner, Warning, "The owner named has no page of their own."},
		{ReviewOverdue, Warning, "The page's review date has come."},
		{SymlinkOutside, Warning, "A symbolic link leads out of the content folder and is not followed."},
		{ShallowHistory, Warning, "The clone leaves out old commits, so dates from git would be wrong and none is shown."},
		{UnreadableHistory, Warning, "Git refuses or cannot read the repository, so no date from git is shown."},
		{InvalidRecord, Warning, "A line of _records/ is not a record; it is left out and the others count."},
		{MovedRecord, Warning, "A reviewed page has a new name that is not written down; its reviews count all the same."},
		{LostRecord, Warning, "A review is recorded of a page that is gone."},
		{DependsCircle, Warning, "Pages depend on each other in a circle, so a change of one makes all of them suspect."},
		{NothingTracked, Warning, "A pattern in tracks matches no file, so nothing is watched."},
		{InvalidCodeowners, Warning, "A line of CODEOWNERS means nothing to the service that reads it, and is left out."},
		{OwnersDisagree, Warning, "A page names one owner and CODEOWNERS another; the page's own word counts."},
		{OwnerLeft, Warning, "A person who has left still owns pages."},
		{InvalidView, Warning, "A view asks for something that the handbook does not have, or in words that cannot be read; its place says so."},
		{MissingDocument, Warning, "A document that a product requires was due and does not exist, or is still a draft."},
		{UnknownDepartment, Warning, "A finding or a term names a department that no team or person is of."},
		{FindingUnowned, Warning, "A finding of a beta report is open and nobody solves it."},
		{FindingUndecided, Warning, "A finding of a beta report has been open for more than two weeks, and nobody has decided whether it will be solved."},
		{FindingUntested, Warning, "A finding of a beta report is fixed, and nobody has tested it again."},
		{ShippedOpen, Warning, "A page is shipped although findings against it are open that are too severe for that."},
		{UnknownReader, Warning, "A page asks somebody to read it who has no page of their own."},
		{AgreedNotWritten, Warning, "A proposal was accepted, and a document that it changes still reads as before."},
		{UnansweredQuestion, Warning, "An FAQ asks something and nothing stands below it."},
		{SignOffOverdue, Warning, "The day by which people were to have read a page has passed, and some have not."},
		{UnknownType, Warning, "A page is of a type that is nearly one that is declared, and so has none of its fields."},
		{UnknownStatus, Warning, "A page has a status that its type does not know."},
		{StatusSkipped, Warning, "A change moves a page to a status that may not follow the one it had; `handbook check --since` tells."},
		{UnknownField, Warning, "A key is nearly that of a field, or a record has a key that its type does not declare."},
		{MissingField, Warning, "A page, or a record of it, lacks a field that its type requires."},
		{MissingHeading, Warning, "A page lacks a heading that its type requires."},
		{WrongType, Warning, "A field refers to a page of a type that it does not take."},
		{SupersedesCircle, Warning, "Pages supersede each other in a circle, so none of them is the one that counts."},
		{OneManager, Warning, "A product lacks a Product Manager or a Technical Product Manager, or one person is both."},
		{MissingWords, Warning, "The interface lacks words in the site's language and says them in English."},
		{InvalidIgnore, Warning, "A handbook-ignore comment names no rule that there is, or gives no reason."},
		{UnusedIgnore, Warning, "A handbook-ignore comment silences nothing, so it can go."},
		{EmptyLink, Warning, "A link has no words to click on, or leads to nowhere but its own page."},
		{AliasOnly, Warning, "Every link to a page takes an old address of it, which one day nobody will know."},
		{RepeatedTitle, Warning, "The first heading says the title once more, so readers see it twice."},
		{HugeImage, Warning, "A picture is so large that a reader on the road waits for it."},
		{NoAltText, Warning, "A picture has no alternative text, so who cannot see it does not know what it shows."},
		{DuplicateTitle, Warning, "Several pages have one title, so search results and wikilinks cannot tell them apart."},
		{SkippedHeading, Off, "A heading is more than one level deeper than the one before it."},
		{OrphanPage, Off, "No text links to the page; only navigation and search lead there."},
		{UnusedAsset, Off, "A file beside the pages is published, and no page shows it or links to it."},
		{PlainHTTP, Off, "A link to another site goes through plain http, which anybody on the way can read and change."},
		{BareURL, Off, "An address stands in the text as it is, where words would say what is behind it."},
		{DeadExternal, Warning, "A link to another site does not work; only looked for with --external."},
		{VanishedAddress, Warning, "An address that was published leads nowhere now; only looked for with --since."},
		{VanishedAnchor, Warning, "A heading that was published has lost its address; only looked for with --since."},
	}
}

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

// Known returns what is known of a rule by its name.
func Known(name string) (Doc, bool) {
	for _, d := range Rules() {
		if string(d.Rule) == name {
			return d, true
		}
	}
	return Doc{}, false
}

// Severity is the rule's default severity; Error for a name that is not in Rules.
func (r Rule) Severity() Severity {
	if s, ok := severities()[r]; ok {
		return s
	}
	return Error
}

// severities is made once: a build of a large handbook asks for thousands of messages.
var severities = sync.OnceValue(func() map[Rule]Severity {
	all := map[Rule]Severity{}
	for _, d := range Rules() {
		all[d.Rule] = d.Default
	}
	return all
})
