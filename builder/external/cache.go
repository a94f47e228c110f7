package external

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"time"
)

// load reads which pages were there, and when. Those that were not are asked for each time. What cannot be read is empty.
func load(file string, now time.Time) map[string]time.Time {
	there := map[string]time.Time{}
	data, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(data, &there) != nil || there == nil {
		return map[string]time.Time{}
	}
	maps.DeleteFunc(there, func(_ string, when time.Time) bool { return now.Sub(when) > keep || now.Before(when) })
	return there
}

// store writes it as a whole.
func store(file string, there map[string]time.Time) error {
	if file == "" {
		return nil
	}
	data, err := json.Marshal(there)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".external-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(data)
	if e := temp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(temp.Name(), file)
	}
	if err != nil {
		os.Remove(temp.Name())
	}
	return err
}
