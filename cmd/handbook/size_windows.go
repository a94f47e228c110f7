package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// terminalSize is how many columns and rows the terminal behind a file has; 80 and 24 when it does not say.
func terminalSize(f *os.File) (columns, rows int) {
	var info windows.ConsoleScreenBufferInfo
	if windows.GetConsoleScreenBufferInfo(windows.Handle(f.Fd()), &info) != nil {
		return 80, 24
	}
	return int(info.Window.Right-info.Window.Left) + 1, int(info.Window.Bottom-info.Window.Top) + 1
}
