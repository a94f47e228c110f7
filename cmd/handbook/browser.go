package main

import (
	"os/exec"
	"runtime"
)

// openBrowser asks the system to show an address. Where that cannot be done the address stands in the terminal.
func openBrowser(url string) {
	command := map[string][]string{"darwin": {"open"}, "windows": {"rundll32", "url.dll,FileProtocolHandler"}}[runtime.GOOS]
	if command == nil {
		command = []string{"xdg-open"}
	}
	cmd := exec.Command(command[0], append(command[1:], url)...)
	if cmd.Start() == nil {
		go cmd.Wait()
	}
}
