package publish_test

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"handbook/builder/publish"
)

// writerEnv makes the test binary a writer: it publishes two sites in turn to the folder named, until it is killed.
const writerEnv = "HANDBOOK_TEST_PUBLISH_TO"

func TestMain(m *testing.M) {
	if out := os.Getenv(writerEnv); out != "" {
		for i := 0; ; i++ {
			if _, err := publish.Write(context.Background(), out, site(twoSites()[i%2])); err != nil {
				fmt.Println("error:", err)
				os.Exit(1)
			}
			fmt.Println("written")
		}
	}
	os.Exit(m.Run())
}

// twoSites have files in common, files that differ, and files and folders that only one of them has.
func twoSites() [2]map[string]string {
	var sites [2]map[string]string
	for s := range sites {
		sites[s] = map[string]string{"shared.html": "shared"}
		for i := range 60 {
			sites[s][fmt.Sprintf("page-%d/index.html", i)] = strings.Repeat(fmt.Sprint("site ", s, " "), 200)
			sites[s][fmt.Sprintf("only-%d/%d/index.html", s, i)] = "only here"
			sites[s][fmt.Sprintf("same/%d.html", i)] = "same"
		}
	}
	return sites
}

func TestAKillAtAnyMomentLeavesAWholeSite(t *testing.T) {
	kills := 60
	if testing.Short() {
		kills = 10
	}
	out := filepath.Join(t.TempDir(), "public")
	write(t, filepath.Join(out, ".gitkeep"), "")
	sites := twoSites()
	_, err := publish.Write(t.Context(), out, site(sites[0]))
	must(t, err)
	write(t, filepath.Join(out, "CNAME"), "mine")
	seen := [2]int{}
	for range kills {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), writerEnv+"="+out)
		stdout, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		first := bufio.NewScanner(stdout)
		if !first.Scan() || first.Text() != "written" {
			t.Fatalf("the writer said %q", first.Text())
		}
		// Some builds take this long; where in one of them the kill falls is left to chance.
		<-time.After(rand.N(60 * time.Millisecond))
		must(t, cmd.Process.Kill())
		_ = cmd.Wait()

		got := withoutFolders(tree(t, out))
		which := 0
		if strings.Contains(got["page-0/index.html"], "site 1") {
			which = 1
		}
		seen[which]++
		want := maps.Clone(sites[which])
		want["CNAME"], want[".gitkeep"] = "mine", ""
		same(t, got, want)
		if t.Failed() {
			return
		}
	}
	t.Logf("found the first site %d times, the second %d times", seen[0], seen[1])
	must(t, publish.Recover(t.Context(), out))
	alone(t, out)
}

func withoutFolders(all map[string]string) map[string]string {
	maps.DeleteFunc(all, func(p, _ string) bool { return strings.HasSuffix(p, "/") })
	return all
}
