package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"handbook/builder"
	"handbook/builder/diag"
)

// verifier holds each build of a session to one from nothing: the bytes of every output and every message.
type verifier struct {
	say         func(format string, a ...any)
	same        int // builds that were compared and are the same
	skipped     int
	differences int
}

// check compares a build of the session with a clean one of the same job. The error is the context's: the files have
// changed since, so the two are not of the same state and prove nothing.
func (v *verifier) check(ctx context.Context, job builder.Job, session *builder.Session, kept builder.Result) error {
	job.CacheDir, job.KeepGood, job.Progress = "", false, nil
	fresh := builder.NewSession()
	clean, err := fresh.Build(ctx, job)
	if err != nil {
		return err
	}
	if len(kept.Kept) > 0 {
		v.skipped++
		v.say("verify: not compared, because the last good version of %s stands in for what it is now", kept.Kept[0])
		return nil
	}
	differs, err := compare(ctx, session, kept, clean)
	if err != nil {
		return err
	}
	if differs == "" {
		v.same++
		return nil
	}
	// A file that changed between the two builds is being told of just now, which ends this build.
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Second):
	}
	again, err := builder.NewSession().Build(ctx, job)
	if err != nil {
		return err
	}
	if moved, err := compare(ctx, fresh, clean, again); moved != "" || err != nil {
		v.skipped++
		v.say("verify: not compared, because files keep changing")
		return err
	}
	v.differences++
	v.say("verify: %s", differs)
	return nil
}

// compare says what differs first between a build of a session and a clean one; "" when nothing does.
func compare(ctx context.Context, session *builder.Session, kept, clean builder.Result) (string, error) {
	text := func(r builder.Result) string {
		var b strings.Builder
		_ = diag.Style{}.Text(&b, r.Messages) // a strings.Builder takes everything
		return b.String()
	}
	if line := firstDifference(text(kept), text(clean)); line != "" {
		return "the messages differ from those of a clean build: " + line, nil
	}
	for i := range max(len(kept.Outputs), len(clean.Outputs)) {
		switch {
		case i >= len(clean.Outputs) || i < len(kept.Outputs) && kept.Outputs[i].Path < clean.Outputs[i].Path:
			return kept.Outputs[i].Path + " is not in a clean build", nil
		case i >= len(kept.Outputs) || clean.Outputs[i].Path < kept.Outputs[i].Path:
			return clean.Outputs[i].Path + " is missing, a clean build has it", nil
		}
		if err := ctx.Err(); err != nil {
			return "", err
		}
		got, gotErr := session.Render(kept.Outputs[i])
		want, wantErr := clean.Outputs[i].Data()
		if gotErr != nil || wantErr != nil {
			got, want = fmt.Append(nil, gotErr), fmt.Append(nil, wantErr)
		}
		if line := firstDifference(string(got), string(want)); line != "" {
			return kept.Outputs[i].Path + " differs from a clean build: " + line, nil
		}
	}
	return "", nil
}

// firstDifference shows the first line in which two texts differ; "" when they are the same.
func firstDifference(got, want string) string {
	if got == want {
		return ""
	}
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(a), len(b)) {
		line := func(lines []string) string {
			if i >= len(lines) {
				return "nothing"
			}
			return fmt.Sprintf("%.300q", lines[i])
		}
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return fmt.Sprintf("line %d is %s, not %s", i+1, line(a), line(b))
		}
	}
	return ""
}

// summary says at the end what came of it.
func (v *verifier) summary() string {
	s := fmt.Sprintf("verify: %s the same as a clean build, %d different", count(v.same, "build"), v.differences)
	if v.skipped > 0 {
		s += fmt.Sprintf(", %d not compared", v.skipped)
	}
	return s
}
