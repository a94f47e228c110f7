package diag

// help is what a tool shows of a rule beside a message, as plain text and as Markdown.
func (d Doc) help() (plain, markdown string) { return d.Sentence, d.Sentence }
