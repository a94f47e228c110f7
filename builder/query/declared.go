package query

// declared adds the fields that a type declares.
func (e *Engine) declared(s *source, typ string) {}

// options are the words that type or status may have.
func (e *Engine) options(name, typ string) []string {
	if name == "type" {
		return e.types()
	}
	return nil
}
func (s *source) addPlan(e *Engine) {}

type Document struct{}

func (e *Engine) addRecords(s *source, w Word, typ, records string, rows []*row) *Mistake { return nil }
