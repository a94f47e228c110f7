// The search. handbook.js loads this file when somebody searches for the first time, and this file loads the pieces of
// the index that a query needs. A piece is a script that calls handbookSearch with its data; builder/search writes them.
"use strict";
(() => {
  const { src: here, dataset: { index: home } } = document.currentScript;
  const preview = document.querySelector("script[data-handbook-build]");

  // --- the pieces of the index -----------------------------------------------------------------------------------------

  const files = new Map();
  let version, about, opening, read = 0;

  const load = name => {
    if (!files.has(name)) files.set(name, new Promise((done, fail) => {
      const tag = document.createElement("script");
      const lost = () => {
        tag.remove();
        files.delete(name);
        fail(new Error(`the search index has no ${name}`));
      };
      tag.took = (made, data) => {
        tag.took = null;
        // The site was published anew: its pieces count pages otherwise than those that are here.
        const list = { t: about?.words, n: about?.ends }[name[0]], i = +name.slice(1);
        if (name != "index" && made && made != (list ? [version, list[i], list[i + 1]].join(" ") : version)) fail(Object.assign(new Error("the search index is new"), { stale: true }));
        else done(name == "index" ? { made, ...data } : data);
      };
      tag.src = home + name + ".js" + (name == "index" ? (read ? "?" + Date.now() : "") : name[0] == "x" && !preview ? "" : "?" + about.build);
      tag.onload = () => tag.took ? lost() : tag.remove();
      tag.onerror = lost;
      document.head.append(tag);
    }));
    return files.get(name);
  };
  window.handbookSearch = (name, made, data) => document.currentScript.took?.(made, data);

  // Each text of a sorted list is written as how many letters it shares with the one before, a capital letter, and its rest.
  const unpack = packed => {
    let last = "";
    return packed.match(/[A-Z][^A-Z]*/g).map(s => last = last.slice(0, s.charCodeAt() - 65) + s.slice(1));
  };

  // The list of pieces, read again when it may be old.
  const open = renew => {
    if (about && !renew && Date.now() - read < (preview ? 0 : 3e5)) return about;
    return opening ||= renewed().finally(() => opening = null);
  };
  const renewed = async () => {
    files.delete("index");
    const list = await load("index");
    read = Date.now();
    if (about?.build == list.build) return about;
    files.clear();
    version = list.made;
    stem = stems(list.stem);
    elided = list.elided ? new RegExp(`^(?:(?:${list.elided.replaceAll(" ", "|")})['’](?=\\p{L}|$))+`, "iu") : /^$/;
    return about = { ...list, ...list.about, say: list.about.words, words: unpack(list.words), ends: unpack(list.ends) };
  };

  // --- numbers ---------------------------------------------------------------------------------------------------------

  const value = {};
  [..." !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"].forEach((c, i) => value[c] = i);
  const reader = (text, at = 0) => ({
    number() {
      let n = 0, d;
      while ((d = value[text[at++]]) >= 64) n = n * 29 + d - 64;
      return n * 64 + d;
    },
    char: () => text[at++],
    more: () => at < text.length,
  });
  const count = packed => reader(packed).number();
  const code = new Uint8Array(128);
  for (const c in value) code[c.charCodeAt()] = value[c];
  const hits = (packed, each) => {
    let at = 0, page = -1;
    const number = () => {
      let n = 0, d;
      while ((d = code[packed.charCodeAt(at++)]) >= 64) n = n * 29 + d - 64;
      return n * 64 + d;
    };
    const n = number(), from = packed.length - n; // the levels are at the end, one character each
    for (let i = 0; i < n; i++) each(page += number() + 1, code[packed.charCodeAt(from + i)] / 4);
  };

  // --- words -----------------------------------------------------------------------------------------------------------

  const others = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ς: "σ" };
  const fold = word => {
    if (!/^[a-z0-9]*$/.test(word)) {
      word = word.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f]/g, "").normalize("NFC").replace(/[ßæœøłđðþıς]/g, c => others[c]);
      word = word.replace(/(?<=.)['’]s$/, "").replace(/['’]/g, "");
    }
    return word.length > 24 ? [...word].slice(0, 24).join("") : word;
  };
  const scripts = ["Han", "Hira", "Kana", "Hang", "Thai", "Laoo", "Khmr", "Mymr"].map(s => `\\p{sc=${s}}`).join("");
  const unspaced = new RegExp(`^[ー${scripts}]`, "u");
  const word = new RegExp(`(?:(?!\\p{Nd})[ー${scripts}])+|(?![ー${scripts}])[\\p{L}\\p{Nd}](?:(?![ー${scripts}])[\\p{L}\\p{Nd}\\p{M}]|['’](?=\\p{L}))*`, "gu");

  // The words of a text with where they stand, as builder/search finds them too. What the language elides is none: l'équipe.
  let elided = /^$/;
  const split = text => {
    const list = [];
    for (let { 0: raw, index: at } of text.matchAll(word)) {
      const article = raw.match(elided)?.[0].length;
      if (article) [raw, at] = [raw.slice(article), at + article];
      const letters = unspaced.test(raw) ? [...raw] : [];
      if (letters.length < 3) list.push({ text: fold(raw), at, end: at + raw.length });
      else for (let i = 0, from = at; i + 1 < letters.length; from += letters[i++].length) {
        const two = letters[i] + letters[i + 1];
        list.push({ text: fold(two), at: from, end: from + two.length });
      }
    }
    return list.filter(w => w.text);
  };

  // What forms of a word have in common. English by the rules of Porter's "An algorithm for suffix stripping" (1980),
  // other languages by their endings alone.
  const vowel = (s, i) => "aeiou".includes(s[i]) || s[i] == "y" && i > 0 && !vowel(s, i - 1);
  const measure = s => {
    let n = 0;
    for (let i = 1; i < s.length; i++) if (vowel(s, i - 1) && !vowel(s, i)) n++;
    return n;
  };
  const voiced = s => [...s].some((_, i) => vowel(s, i));
  const closed = s => {
    const n = s.length - 1;
    return n > 1 && !vowel(s, n) && vowel(s, n - 1) && !vowel(s, n - 2) && !/[wxy]$/.test(s);
  };
  const second = { ational: "ate", tional: "tion", enci: "ence", anci: "ance", izer: "ize", abli: "able", alli: "al", entli: "ent", eli: "e", ousli: "ous",
    ization: "ize", isation: "ize", ation: "ate", ator: "ate", alism: "al", iveness: "ive", fulness: "ful", ousness: "ous", aliti: "al", iviti: "ive", biliti: "ble" };
  const third = { icate: "ic", ative: "", alize: "al", iciti: "ic", ical: "ic", ful: "", ness: "" };
  const fourth = /(?:al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|(?<=[st])ion|ou|ism|ate|iti|ous|ive|ize|ise)$/;
  const swap = (s, endings, least) => {
    for (let i = 1; i < s.length; i++) {
      const by = endings[s.slice(i)];
      if (by !== undefined) return measure(s.slice(0, i)) > least ? s.slice(0, i) + by : s;
    }
    return s;
  };
  const english = w => {
    if (w.length < 3 || /[^a-z]/.test(w)) return w;
    let s = w.replace(/(ss|i)es$|([^s])s$/, "$1$2"), cut;
    if (s.endsWith("eed")) {
      if (measure(s.slice(0, -3))) s = s.slice(0, -1);
    } else if ((cut = s.replace(/(?:ed|ing)$/, "")) != s && voiced(cut)) {
      s = /(?:at|bl|iz)$/.test(cut) || measure(cut) == 1 && closed(cut) ? cut + "e" : /([^aeioulsz])\1$/.test(cut) ? cut.slice(0, -1) : cut;
    }
    if (s.endsWith("y") && voiced(s.slice(0, -1))) s = s.slice(0, -1) + "i";
    s = swap(swap(s, second, 0), third, 0);
    cut = s.replace(fourth, "");
    if (cut != s && measure(cut) > 1) s = cut;
    cut = s.slice(0, -1);
    if (s.endsWith("e") && (measure(cut) > 1 || measure(cut) == 1 && !closed(cut))) s = cut;
    return s.endsWith("ll") && measure(s) > 1 ? s.slice(0, -1) : s;
  };
  const endings = {
    de: /(?:ungen|ung|ern|em|en|er|es|e|s|n)$/, nl: /(?:en|e|s)$/, fr: /(?:ements?|ées?|ee?s|aux|al|er|ez|ent|es|e|s|x)$/,
    es: /(?:mente|ando|iendo|ar|er|ir|os|as|es|o|a|e|s)$/, pt: /(?:mente|ando|endo|ar|er|ir|os|as|es|o|a|e|s)$/, it: /(?:mente|ando|endo|are|ere|ire|[aeio])$/,
    sv: /(?:arna|erna|orna|ar|er|or|en|et|na|a|e|s|n)$/, da: /(?:erne|ene|er|en|et|e|s)$/, nb: /(?:ene|er|en|et|a|e|s)$/,
  };
  endings.no = endings.nb;
  const stems = language => {
    const known = new Map();
    const of = language == "en" ? w => english(english(w)) : endings[language] ? w => w.replace(endings[language], end => w.length - end.length > 3 ? "" : end) : w => w;
    return w => known.get(w) ?? (known.set(w, of(w)), known.get(w));
  };
  let stem = stems("");

  const stop = new Set(("a an and are as at be by can could did do does for from had has have how i if in into is it its may me my of on or our shall should so that the their " +
    "dont doesnt them then there these they this to was we were what when where which who whom whose why will with would you your").split(" "));
  const asking = /\?\s*$|^(?:how|what|who|whom|whose|when|where|which|why|can|could|do|does|did|is|are|should|shall|may|must|will)\s/i;

  // --- finding pages ---------------------------------------------------------------------------------------------------

  const filter = /(?:^|\s)(-?)([a-z]+):("[^"]*"|“[^”]*”|\S*)/gi;
  const kinds = ["type", "owner", "status", "tag", "in", "is"];
  const plain = s => s.replace(/["“”]/g, "");
  const slug = s => fold(plain(s).trim()).replace(/\s+/g, "-");

  const parse = text => {
    const filters = [], phrases = [], words = [];
    let rest = text.replace(filter, (all, not, kind, wanted) => {
      kind = kind.toLowerCase();
      if (!kinds.includes(kind)) return all;
      if (slug(wanted)) filters.push({ kind, value: slug(wanted), not: !!not });
      return " ";
    });
    rest = rest.replace(/["“]([^"“”]+)["”]?/g, (_, phrase) => {
      const list = split(phrase).map(w => w.text);
      if (list.length) phrases.push(list);
      words.push(...list.map(t => ({ text: t, exact: true })));
      return " ";
    });
    const typed = split(rest).map(w => ({ text: w.text }));
    if (typed.length && /[\p{L}\p{N}\p{M}]$/u.test(text)) typed.at(-1).typing = true;
    words.push(...typed);
    // The name of a setting and a number of a version also count as one word.
    for (const [whole] of rest.matchAll(/[a-z0-9]+(?:(?:_|(?<=\d)\.(?=\d))[a-z0-9]+)+/gi)) words.push({ text: fold(whole.toLowerCase()), whole: true });
    // So do two words that follow each other: somebody writes them as one.
    for (let i = 1; i < typed.length; i++) {
      const [a, b] = [typed[i - 1], typed[i]];
      if (a.text.length > 1 && b.text.length > 1 && !(stop.has(a.text) && stop.has(b.text)) && !unspaced.test(a.text) && !/\d$/.test(a.text)) words.push({ text: a.text + b.text, joins: [a.text, b.text] });
    }
    const unique = words.filter((w, i) => words.findIndex(v => v.text == w.text) == i);
    const telling = unique.filter(w => w.exact || !stop.has(w.text) || w.typing && unique.length == 1).filter(w => !w.whole && !w.joins);
    for (const w of unique) w.needed = !w.whole && !w.joins && (!telling.length || telling.includes(w));
    // Of few words each may be one of a title.
    if (unique.length < 4) for (const w of unique) w.soft = !w.needed && !w.whole && !w.joins;
    // Who owns, who replaces: what is asked for is whom the other words name.
    const who = /^who(?:m|se)?\s/i.test(text.trim());
    if (who && telling.length > 1 && typed[1]?.text == telling[0].text) telling[0].needed = !(telling[0].soft = true);
    // Many words are a sentence, of which a page says some.
    return { filters, phrases, words: unique, title: typed.map(w => w.text).join("-"), who, question: asking.test(text.trim()) || telling.length > 4 };
  };

  // The numbers of the files that hold what begins with a prefix: those of the word itself and of its likely forms, and
  // with their neighbours at least `most`.
  const holding = (starts, prefix, self, most, likely = []) => {
    const last = s => {
      let low = 0, high = starts.length;
      while (high - low > 1) {
        const middle = low + high >> 1;
        starts[middle] <= s ? low = middle : high = middle;
      }
      return low;
    };
    const from = last(prefix), to = last(prefix + "\u{10FFFF}"), own = last(self);
    const list = [...new Set([own, ...likely.map(last)])];
    for (let i = 1; list.length < most && (own - i >= from || own + i <= to); i++) {
      for (const next of [own + i, own - i]) if (next >= from && next <= to && list.length < most && !list.includes(next)) list.push(next);
    }
    return list;
  };
  const terms = async (prefix, self, most = 2, likely) => {
    const lists = await Promise.all(holding(about.words, prefix, self, most, likely).map(i => load("t" + i)));
    return lists.flatMap(list => list || []);
  };
  const pairs = function* (list) {
    for (let i = 0; i < list.length; i += 2) yield [list[i], list[i + 1]];
  };

  // One letter more, less or other, or two that changed places.
  const slip = (a, b) => {
    if (a == b || Math.abs(a.length - b.length) > 1) return false;
    let i = 0, n = a.length, m = b.length;
    while (i < n && i < m && a[i] == b[i]) i++;
    while (n > i && m > i && a[n - 1] == b[m - 1]) n--, m--;
    return n - i <= 1 && m - i <= 1 || n - i == 2 && m - i == 2 && a[i] == b[i + 1] && a[i + 1] == b[i];
  };
  const turned = s => [...s].reverse().join("");

  // The words of the index that a word of the query stands for: [word, pages, how well it fits].
  const expand = async w => {
    const same = stem(w.text), base = same.length > 3 ? same.replace(/[ei]$/, "") : same;
    let common = 0;
    while (common < base.length && base[common] == w.text[common]) common++;
    const open = w.typing || unspaced.test(w.text);
    const front = w.text.slice(0, common);
    const list = await terms(front, w.text, w.joins || w.whole || w.typing && w.text.length < 3 ? 1 : 2, w.exact || w.joins || w.whole || w.typing || common < 3 ? [] : [front, front + "s"]);
    let found = [];
    for (const [term, pages] of pairs(list)) {
      const fit = term == w.text ? 1 : w.exact || w.whole ? 0 : stem(term) == same ? .9 : open && term.startsWith(w.text) ? .5 + .3 * w.text.length / term.length : 0;
      if (fit) found.push([term, pages, fit]);
    }
    // What only begins like the word counts little beside the word itself, which may be typed to its end.
    if (!unspaced.test(w.text) && found.some(([, , fit]) => fit >= .9)) found = found.map(([term, pages, fit]) => [term, pages, fit < .9 ? fit / 3 : fit]);
    if (found.length > 64) found = found.sort((a, b) => b[2] - a[2] || count(b[1]) - count(a[1])).slice(0, 64);
    return found;
  };
  // The words that a word was mistyped for, if at all. When some pages have it as it is typed, there must be `far` more.
  const mend = async (w, far = 0) => {
    const n = w.text.length;
    if (n < (far ? 6 : 4) || w.exact || /\d/.test(w.text) || unspaced.test(w.text)) return [];
    const front = w.text.slice(0, n >> 1), back = turned(w.text).slice(0, n >> 1);
    const ends = await Promise.all(holding(about.ends, back, turned(w.text), 2).map(i => load("n" + i)));
    const near = new Map();
    for (const [term, pages] of pairs(await terms(front, w.text))) if (slip(w.text, term)) near.set(term, pages);
    const whole = [...new Set(ends.flatMap(e => e.split(" ")).map(turned))];
    const fetched = async list => (await Promise.all(list.map(async term => [...pairs(await terms(term, term, 1))].filter(([t]) => t == term)))).flat();
    for (const [t, pages] of await fetched(whole.filter(term => slip(w.text, term) && !near.has(term)).slice(0, 3))) near.set(t, pages);
    const best = [...near].sort((a, b) => count(b[1]) - count(a[1]));
    // The end of a compound, as of "Datenschutz", is no mistake.
    if (!best.length && !far && n > 4) return (await fetched(whole.filter(term => term.endsWith(w.text)).slice(0, 4))).map(([term, pages]) => [term, pages, .6]);
    if (!best.length || count(best[0][1]) < far || far && stem(best[0][0]) == stem(w.text)) return [];
    w[far ? "near" : "meant"] = best[0][0];
    // Its other forms count too.
    const forms = await expand({ text: best[0][0] });
    return forms.map(([term, pages, fit]) => [term, pages, fit * .6]);
  };

  const today = () => {
    const d = new Date();
    return new Date(d - d.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  };
  const later = (state, warn, next, day) =>
    next && next <= day && state != "exempt" && state != "draft" ? "overdue" : warn && warn <= day && state == "fresh" ? "due" : state;
  const names = { f: "fresh", d: "due", c: "changed", s: "suspect", o: "overdue", u: "unreviewed", e: "exempt", x: "" };

  // Which pages pass a filter, as a set of numbers.
  const passing = async ({ kind, value: wanted }) => {
    const set = new Set();
    if (kind == "is" && wanted == "draft") {
      for (let i = about.pages - about.drafts; i < about.pages; i++) set.add(i);
      return set;
    }
    if (kind == "is" && wanted != "unowned") {
      const r = reader(await load("dates")), day = today();
      const want = { verified: "fresh", stale: "overdue", doubtful: "suspect" }[wanted] || wanted;
      const since = (n) => new Date(Date.UTC(2000, 0, 1 + n)).toISOString().slice(0, 10);
      for (let i = 0, last = 0; r.more(); i++) {
        const state = names[r.char()], step = r.number() - 2;
        let next, warn;
        if (step >= 0) {
          last -= step % 2 ? -(step + 1) / 2 : step / 2;
          next = since(last);
          warn = since(last - r.number());
        }
        if (later(state, warn, next, day) == want) set.add(i);
      }
      return set;
    }
    const term = kind == "is" ? ":owner:nobody" : `:${kind}:${wanted}`;
    const list = await terms(term, term);
    const exact = [...pairs(list)].filter(([t]) => t == term);
    for (const [, pages] of exact.length ? exact : [...pairs(list)].filter(([t]) => t.startsWith(term))) hits(pages, page => set.add(page));
    return set;
  };

  // The best pages for a query: their numbers, best first, how many have all words, and what words they have.
  const rank = async query => {
    const whom = about.who.map(type => ":type:" + type);
    const [sets, found, asked] = await Promise.all([
      Promise.all(query.filters.map(async f => ({ set: await passing(f), not: f.not }))),
      Promise.all(query.words.map(w => w.needed || w.whole || w.soft ? expand(w) : w.joins ? expand({ ...w, typing: false }) : [])),
      query.who ? Promise.all(whom.map(term => terms(term, term, 1))).then(lists => lists.flat()) : query.question ? terms(":?", ":?", 1) : [],
    ]);
    // A word of two parts says each of them.
    query.words.forEach((w, i) => {
      if (w.joins && found[i].length) for (const part of w.joins) query.words.forEach((v, k) => {
        if (v.text == part && v.needed) found[k] = [...found[k], ...found[i]];
      });
    });
    await Promise.all(query.words.map(async (w, i) => {
      if (!w.needed) return;
      const have = Math.max(0, ...found[i].map(([, pages]) => count(pages)));
      if (!have) found[i] = await mend(w);
      else if (have <= 5 && found[i].some(([, , fit]) => fit >= .9)) found[i] = [...found[i], ...await mend(w, have * 10)];
    }));
    const drafts = query.filters.some(f => f.kind == "is" && f.value == "draft") ? 0 : about.drafts;
    const allowed = page => page < about.pages - drafts && sets.every(s => s.set.has(page) != s.not);
    const pages = about.pages, score = new Float32Array(pages), has = new Uint8Array(pages);
    const forms = new Map(query.words.map((w, i) => [w.text, i]));
    const spread = [], levels = found.map((list, i) => {
      const one = new Float32Array(pages);
      spread[i] = 0;
      for (const [term, packed, fit] of list) {
        if (!forms.has(term)) forms.set(term, i);
        hits(packed, (page, level) => {
          if (!one[page]) spread[i]++;
          one[page] = Math.max(one[page], level * fit);
        });
      }
      return one;
    });
    // A word that most pages have tells nothing, unless there is no other.
    const rare = query.words.some((w, i) => w.needed && spread[i] && spread[i] * 2 < pages);
    let needed = 0;
    query.words.forEach((w, i) => {
      const must = w.exact || w.needed && !(rare && pages > 20 && spread[i] * 2 > pages);
      if (must) needed++;
      const one = levels[i], weight = Math.log(1 + pages / (1 + spread[i]));
      for (let page = 0; page < pages; page++) {
        if (!one[page]) continue;
        score[page] += one[page] * weight;
        if (must) has[page]++;
      }
    });
    for (const [term, packed] of pairs(asked)) if (query.who ? whom.includes(term) : term == ":?") hits(packed, page => score[page] *= 1.6);
    const list = [];
    for (let page = 0; page < pages; page++) {
      if (!allowed(page)) continue;
      if (query.words.length ? has[page] || !needed && score[page] : sets.length) list.push(page);
    }
    // Scores that differ little are equal, and of equal pages the one that can be relied on the longest comes first.
    const even = page => Math.round(24 * Math.log(score[page] + 1e-9));
    // A question is asked in more words than its answer has.
    if (query.question) for (const page of list) score[page] *= has[page] / (needed || 1);
    const full = page => query.question ? 0 : has[page];
    if (query.words.length) list.sort((a, b) => full(b) - full(a) || even(b) - even(a) || a - b);
    else if (query.filters.some(f => f.kind == "is")) list.reverse();
    const whole = query.words.length && !query.question ? list.findIndex(page => has[page] < needed) : list.length;
    const all = whole < 0 ? list.length : whole;
    return { list: all > 9 ? list.slice(0, all) : list, all, forms, score };
  };

  const card = async page => {
    const [title, url, label, owner, state, warn, next, text, place] = (await load("c" + Math.floor(page / about.each)))[page % about.each];
    return { page, title, address: about.base + url, label, owner, state: later(state, warn, next, today()), text: text == 1 ? (url.slice(0, -1) || "index") + ".md" : text, place };
  };

  // --- texts -----------------------------------------------------------------------------------------------------------
  //
  // The text of a page in sections: id, heading and text, a line for each block. It is a file of the index or, in a large
  // handbook, the page's Markdown, of which the page makes little that would matter to a sentence.

  // What the words of a line of Markdown say.
  const said = line => line
    .replace(/(`+)(.+?)\1/g, (_, ticks, code) => code.trim().replace(/[\\[\]<>*_&~!]/g, c => `\0${c.charCodeAt()};`)) // code stays as it is written
    .replace(/\[\^[^\]]*\]:?/g, "")
    .replace(/!(?:\[\[[^\]]*\]\]|\[[^\]]*\]\((?:[^()]|\([^()]*\))*\))/g, "") // pictures
    .replace(/\[\[(?:[^\]|]*\|)?([^\]]*)\]\]/g, "$1")
    .replace(/\[((?:[^\[\]]|\[[^\]]*\])*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\])/g, "$1")
    .replace(/<(?:\/?[a-z][^>]*|!--.*?--)>/gi, "")
    .replace(/\\([!-/:-@[-`{-~])/g, (_, c) => `\0${c.charCodeAt()};`)
    .replace(/==(\S(?:.*?\S)?)==/g, "$1")
    .replace(/\*+|~~|(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, "")
    .replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\xa0" })[name])
    .replace(/\0(\d+);/g, (_, code) => String.fromCharCode(code));

  const fromMarkdown = (text, page) => {
    const sections = [["", "", ""]], taken = new Set();
    let fence = "", hidden = false, open = false;
    const add = (line, apart) => {
      sections.at(-1)[2] += (apart || !open ? "\n" : " ") + line;
      open = true;
    };
    const head = words => {
      const [, title, own] = words.match(/^(.*?)(?:\s*\{#([^\s}]+)[^}]*\})?$/), heading = said(title).trim();
      const base = own || heading.toLowerCase().replaceAll(" ", "-").replace(/[^\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}-]/gu, "") || "section";
      let id = base;
      for (let n = 1; taken.has(id); n++) id = `${base}-${n}`;
      taken.add(id);
      open = false;
      if (heading != page || sections.length > 1) sections.push([id, heading, ""]); // it is the title
    };
    for (const whole of text.replace(/^---\n.*?\n---\n/s, "").split(/\r?\n/)) {
      const line = whole.replace(/^(?:\s*>\s?)+/, ""), [, mark, info] = line.match(/^\s*(`{3,}|~{3,})\s*(\S*)/) || [];
      if (fence ? mark?.startsWith(fence) && !info : mark) {
        hidden = !fence && info == "handbook";
        fence = fence ? "" : mark;
        open = false;
        continue;
      }
      if (fence) {
        if (!hidden) add(line, true);
        continue;
      }
      const words = line.match(/^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$/)?.[1];
      if (words) head(words);
      else if (open && /^\s*(?:=+|-+)\s*$/.test(line)) {
        const part = sections.at(-1), at = part[2].lastIndexOf("\n");
        const under = part[2].slice(at + 1);
        part[2] = part[2].slice(0, Math.max(at, 0));
        head(under);
      } else if (!line.trim()) open = false;
      else if (line.trim()[0] == "|") {
        if (/[^\s|:-]/.test(line)) add(said(line.trim().replace(/^\||\|$/g, "")).split("|").map(cell => cell.trim()).join(" · "), true);
      } else if (!/^\s*(?:\[[^\]^][^\]]*\]:\s|[-*_][-*_\s]+$)/.test(line)) {
        const [, item, rest] = line.match(/^\s*((?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?)?(?:\[!\w+\][+-]?\s*)?(.*)$/);
        add(said(rest).trim(), item);
      }
    }
    return sections.map(([id, heading, part]) => [id, heading, part.trim()]).filter(([, heading, part]) => heading || part);
  };
  const markdown = ({ text, title }) => {
    if (!files.has(text)) files.set(text, fetch(about.base + text).then(async answer => answer.ok ? fromMarkdown(await answer.text(), title) : []));
    return files.get(text);
  };

  // No text is no mistake: the page is found without its sentence.
  const sections = c => (c.text.endsWith(".md") ? markdown(c) : load(c.text)).catch(() => []);

  // --- the sentence ----------------------------------------------------------------------------------------------------

  const sentences = line => line.match(/.+?(?:[.!?](?=\s)|[。！？]|$)\s*/gsu) || [];

  // Cuts a text around its first hit, and says which parts of it are hits.
  const marked = (text, words) => {
    const parts = [];
    let at = 0;
    if (text.length > 260) {
      const first = words[0]?.at || 0;
      at = first > 120 ? text.indexOf(" ", first - 90) + 1 || first : 0;
      if (at) parts.push(["… "]);
      const end = text.lastIndexOf(" ", at + 240);
      text = text.slice(0, end > at ? end : at + 240) + " …";
    }
    for (const w of words) {
      if (w.at < at || w.end > text.length) continue;
      if (w.at > at) parts.push([text.slice(at, w.at)]);
      parts.push([text.slice(w.at, w.end), true]);
      at = w.end;
    }
    parts.push([text.slice(at)]);
    return parts;
  };
  const follows = (words, phrase) => words.some((_, i) => phrase.every((t, k) => words[i + k]?.text == t));

  // Where on a page the words are said best: the section, and the sentence in parts.
  const passage = (sections, title, query, forms) => {
    const inTitle = new Set(split(title).map(w => forms.get(w.text)).filter(i => i !== undefined));
    const named = query.words.length && query.words.every((w, i) => !w.needed || inTitle.has(i));
    const needed = query.words.flatMap((w, i) => w.needed ? [i] : []);
    // How many words of the query follow each other in a text as they do in the query.
    const run = words => {
      let most = 1, n = 1;
      for (let i = 1; i < words.length; i++) {
        const a = needed.indexOf(forms.get(words[i - 1].text));
        n = a >= 0 && needed[a + 1] !== undefined && needed[a + 1] === forms.get(words[i].text) ? n + 1 : 1;
        if (n > most) most = n;
      }
      return most;
    };
    const phrases = query.phrases;
    let best = { score: -1 }, most = run(split(title));
    sections.forEach(([id, heading, text], number) => {
      const headed = split(heading), said = split(text);
      const heads = new Set(headed.map(w => forms.get(w.text))), bodies = new Set(said.map(w => forms.get(w.text)));
      let score = 0;
      query.words.forEach((w, i) => {
        const weight = w.needed ? 1 : .2;
        if (heads.has(i)) score += weight * (query.question && heading.endsWith("?") ? 3 : 2);
        else if (bodies.has(i)) score += weight;
        else if (inTitle.has(i)) score += weight / 2;
      });
      for (const p of phrases) if (follows(headed, p) || follows(said, p)) score += 4;
      const here = Math.max(run(headed), run(said));
      most = Math.max(most, here);
      score += here / 2 - number / 1000;
      heads.delete(undefined);
      if (score > best.score) best = { score, id, heading, text, said: heads.size };
    });
    let close = needed.length > 1 ? (most - 1) / (needed.length - 1) : 0;
    if (query.question && (best.heading?.endsWith("?") || best.said == query.words.length)) close += 2 * best.said / query.words.length; // it is the same question
    if (best.score < 0) return { parts: [], close };
    const top = named && best.said <= inTitle.size; // the title says it as well as any heading
    let pick = { score: -1, text: "" };
    const lines = best.text.split("\n");
    lines.forEach((line, number) => {
      const list = sentences(line);
      list.forEach((s, i) => {
        const words = split(s), own = new Set(words.map(w => forms.get(w.text)).filter(n => n !== undefined && query.words[n]?.needed));
        let score = own.size - (s.length < 30 ? .5 : 0);
        for (const p of phrases) if (follows(words, p)) score += 4;
        if (score <= pick.score) return;
        let text = s;
        for (let k = i + 1; k < list.length && text.length < 110; k++) text += list[k];
        for (let k = number + 1; k < lines.length && text.length < 60; k++) text += " " + lines[k];
        pick = { score, text: text.replace(/\s+/g, " ") };
      });
    });
    const show = split(pick.text).filter(w => query.words[forms.get(w.text)]?.needed);
    return { id: top ? "" : best.id, heading: top ? "" : best.heading, parts: marked(pick.text.trimEnd(), show), close };
  };
  const holds = (sections, title, phrases) => phrases.every(p =>
    follows(split(title), p) || sections.some(s => follows(split(s[1]), p) || s[2].split("\n").some(line => follows(split(line), p))));

  // How many texts are read at once. Those of further results are read when half of them has come into view.
  const texts = 4;

  // find(text, how many): what a query finds, best first. `early` is called with the pages as soon as they are known,
  // before their sentences are; a result's `read` completes it. `rest` waits until nothing was typed for so many milliseconds:
  // of what is typed, words alone are fetched.
  const find = async (text, most = 8, early, rest = () => {}) => {
    for (let tries = 0; ; tries++) {
      let was;
      try {
        await open(tries > 0);
        was = about.build;
        const answer = await findNow(parse(text), most, early, rest);
        if (about.build == was || tries > 2) return answer;
      } catch (e) {
        if (!e.stale && about?.build == was || tries > 2) throw e;
      }
    }
  };
  const findNow = async (query, most, early, paused) => {
    if (!query.words.length && !query.filters.length) return { results: [], total: 0, query };
    let { list, all, forms, score } = await rank(query), rest = 0; // pages that no one looked through for a phrase
    const meant = query.words.filter(w => w.meant).map(w => [w.text, w.meant]), near = query.words.filter(w => w.near).map(w => [w.text, w.near]);
    await paused(query.phrases.length ? 350 : 200);
    if (query.phrases.length) {
      const kept = [];
      let i = 0;
      list = list.slice(0, all);
      const end = Math.min(list.length, 18 + 3 * Math.max(0, most - 8)); // texts are large
      for (; i < end && kept.length < Math.min(most, texts); i += 6) {
        const some = await Promise.all(list.slice(i, i + 6).map(async page => {
          const c = await card(page);
          return holds(await sections(c), c.title, query.phrases) ? page : -1;
        }));
        kept.push(...some.filter(page => page >= 0));
      }
      rest = Math.max(0, list.length - i);
      list = kept;
      all = list.length;
    }
    // A page that is called just so comes first.
    const called = new Set();
    if (query.title && !query.phrases.length) {
      const term = ":=" + query.title;
      for (const [t, packed] of pairs(await terms(term, term, 1))) if (t == term) hits(packed, page => called.add(page));
      const first = list.slice(0, all).filter(page => called.has(page));
      list = [...first, ...list.filter(page => !first.includes(page))];
    }
    let results = await Promise.all(list.slice(0, Math.max(most, 8)).map(card));
    const answer = { results: results.slice(0, most), total: list.length, rest, all: Math.min(all, most, results.length), meant, near, query };
    early?.(answer);
    await paused(350);
    for (const c of results) c.read = async () => c.parts ? c : Object.assign(c, passage(await sections(c), c.title, query, forms));
    await Promise.all(results.slice(0, texts).map(c => c.read()));
    // Now that some texts are here, words that stand together count more.
    const close = Math.min(all, texts), end = results.slice(close);
    const worth = c => called.has(c.page) ? Infinity : Math.round(24 * Math.log((score[c.page] + 1e-9) * (1 + .4 * c.close)));
    if (query.words.length > 1) results = results.slice(0, close).sort((a, b) => worth(b) - worth(a) || 0).concat(end);
    return { ...answer, results: results.slice(0, most) };
  };

  // What a filter that is being typed can go on with.
  const complete = async text => {
    const [, lead, kind, begun] = text.match(/^(.*(?:^|\s)-?)([a-z]+):(\S*)$/i) || [];
    if (!kinds.includes(kind)) return [];
    await open();
    if (kind == "is") return ["overdue", "due", "fresh", "changed", "suspect", "unreviewed", "unowned"]
      .filter(s => s.startsWith(begun) && s != begun && (s == "unowned" ? about.owners : about.reviews))
      .map(s => ({ text: `${lead}is:${s} `, label: `is:${s}`, note: about.states[s] }));
    const term = `:${kind}:${slug(begun)}`, list = [];
    for (const [t, pages] of pairs(await terms(term, term))) if (t.startsWith(term) && t != term) list.push([t.slice(1), count(pages)]);
    return list.sort((a, b) => b[1] - a[1]).slice(0, 8).map(([t, n]) => ({ text: `${lead}${t} `, label: t, note: pageCount(n) }));
  };

  // --- what is seen ----------------------------------------------------------------------------------------------------

  const el = (name, props, ...inside) => {
    const { data, aria, ...rest } = props || {}, e = Object.assign(document.createElement(name), rest);
    Object.assign(e.dataset, data);
    for (const a in aria) e.setAttribute(a == "role" ? a : "aria-" + a, aria[a]);
    e.append(...inside.filter(i => i || i === 0));
    return e;
  };
  const icon = (className, ...paths) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 20 20");
    svg.setAttribute("class", className);
    svg.setAttribute("aria-hidden", "true");
    for (const d of paths) svg.appendChild(document.createElementNS(svg.namespaceURI, "path")).setAttribute("d", d);
    return svg;
  };
  const badge = state => el("span", { className: "badge", data: { state } }, about.states[state]);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  const pageCount = n => n == 1 ? about.say.one : fill(about.say.many, { n: n.toLocaleString(document.documentElement.lang || undefined) });
  const href = (address, id) => (location.protocol == "file:" && address.endsWith("/") ? address + "index.html" : address) + (id ? "#" + encodeURIComponent(id) : "");

  const memory = {
    get() { try { return JSON.parse(localStorage.getItem("handbook-search")) || []; } catch { return []; } },
    add(entry) {
      try {
        localStorage.setItem("handbook-search", JSON.stringify([entry, ...this.get().filter(e => e[1] != entry[1])].slice(0, 5)));
      } catch { /* the browser keeps nothing, which is its right */ }
    },
  };

  // One search with its field, filters and results. inPage: it stands on a page of its own, not in a dialog.
  const make = inPage => {
    const say = about.say, id = name => `hb:search-${name}`;
    const input = el("input", { type: "search", id: id("field"), placeholder: say.ask, autocomplete: "off", spellcheck: false, enterKeyHint: "search",
      aria: { role: "combobox", label: say.field, autocomplete: "list", expanded: "false", controls: id("list") } });
    input.setAttribute("autocapitalize", "off");
    const close = inPage ? null : el("button", { type: "button", className: "search-close", onclick: () => box.close() }, say.close);
    const chips = el("div", { className: "search-chips", aria: { role: "group", label: say.filters } });
    const status = el("p", { className: "search-status", aria: { role: "status" } });
    const list = el("div", { id: id("list"), className: "search-list", hidden: true, aria: { role: "listbox", label: say.results } });
    const other = el("div", { className: "search-other" });
    const more = el("button", { type: "button", className: "search-more", hidden: true, textContent: say.more });
    const keys = el("p", { className: "search-keys", aria: { hidden: "true" } }, ...[["↑", "↓"], ["↵"], ["Ctrl", "↵"], ["Esc"]].slice(0, inPage ? 3 : 4)
      .flatMap((list, i) => [el("span", {}, ...list.map(k => el("kbd", { textContent: k })), " " + say.keys[i])]));
    const top = el("div", { className: "search-top" }, icon("search-icon", "M9 3.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11M13.2 13.2L17 17"), input, close);
    const body = el("div", { className: "search-body" }, status, list, other, more);
    const box = inPage ? el("div", { className: "search-box" }, top, chips, body, keys)
      : el("dialog", { className: "search-box search-dialog", id: id("dialog"), aria: { label: say.title } }, top, chips, body, keys);
    box.handbookPanel = true; // a reload of the preview leaves it as it is
    let turn = 0, most = 8, active = -1, options = [];

    const choose = (i, scroll = true) => {
      options[active]?.setAttribute("aria-selected", "false");
      active = i;
      const option = options[i];
      if (!option) return input.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      input.setAttribute("aria-activedescendant", option.id);
      if (scroll) option.scrollIntoView({ block: "nearest" });
    };
    const show = (now, keep) => {
      options = now;
      options.forEach((o, i) => o.id = id(i));
      list.hidden = !options.length;
      input.setAttribute("aria-expanded", String(!!options.length));
      choose(options.length ? Math.min(keep || 0, options.length - 1) : -1, keep > 0);
    };
    const link = (address, title, ...inside) => {
      const a = el("a", { href: address, tabIndex: -1, aria: { role: "option", selected: "false" }, onclick: () => {
        memory.add([title, a.getAttribute("href").replace(/#.*/, "")]);
        if (!inPage) setTimeout(() => box.close()); // the address may be a place on this very page
      } }, ...inside);
      return a;
    };
    // "Spec" says what "Specs" does, unless there is more to say.
    const where = r => !r.label || !r.place ? [r.label, r.place] : r.place.includes("›") ? [r.label, r.place] : r.place.startsWith(r.label) ? [r.label] : [r.label, r.place];
    const dress = (a, r) => {
      a.href = href(r.address, r.id);
      a.replaceChildren(el("span", { className: "hit-head" }, el("span", { className: "hit-title" }, r.title), r.heading ? el("span", { className: "hit-section" }, el("span", { className: "hit-sep", textContent: "›", aria: { hidden: "true" } }), " " + r.heading) : "",
        r.state && r.state != "exempt" && r.state != "fresh" ? badge(r.state) : ""),
      el("span", { className: "hit-text" }, ...(r.parts || []).map(([t, hit]) => hit ? el("mark", { textContent: t }) : t)),
      el("span", { className: "hit-foot" }, ...[...where(r), r.owner, r.state == "fresh" ? about.states.fresh : ""].filter(Boolean).map(t => el("span", { textContent: t }))));
      return a;
    };
    const unread = new Map();
    const seen = new IntersectionObserver(list => list.forEach(({ isIntersecting, target }) => {
      const r = unread.get(target);
      if (!isIntersecting || !r) return;
      unread.delete(target);
      seen.unobserve(target);
      r.read().then(() => dress(target, r), () => {});
    }), { threshold: .5 });
    const result = r => {
      const a = dress(link(r.address, r.title), r);
      if (!r.parts && r.read) {
        unread.set(a, r);
        seen.observe(a);
      }
      return a;
    };

    const drawChips = () => {
      const { filters } = parse(input.value);
      const types = about.types.map(t => [`type:${t.Name}`, t.Label]);
      const known = [...types.slice(0, 6), about.reviews ? ["is:overdue", about.states.overdue] : 0, about.owners ? ["is:unowned", about.states.unowned] : 0].filter(Boolean);
      const on = new Set(filters.map(f => `${f.not ? "-" : ""}${f.kind}:${f.value}`));
      const all = [...[...on].filter(f => !known.some(k => k[0] == f)).map(f => types.find(t => t[0] == f) || [f, f]), ...known];
      const focused = chips.contains(document.activeElement) ? document.activeElement.value : null;
      chips.replaceChildren(...all.map(([value, label]) => el("button", { type: "button", value, textContent: label, aria: { pressed: String(on.has(value)) }, onclick: () => {
        const kind = value.split(":")[0];
        const rest = input.value.replace(filter, (whole, not, k, v) => {
          const here = `${not}${k.toLowerCase()}:${slug(v)}`;
          return here == value || !on.has(value) && k == kind && kind == "type" ? " " : whole;
        }).replace(/\s+/g, " ").trim();
        input.value = on.has(value) ? rest : `${rest} ${value} `.trimStart();
        update();
      } })));
      chips.hidden = !all.length;
      const pressed = chips.querySelector("[aria-pressed=true]"); // it may be beside a narrow window
      if (pressed) chips.scrollLeft += pressed.getBoundingClientRect().left - chips.getBoundingClientRect().left - 16;
      if (focused) [...chips.children].find(c => c.value == focused)?.focus();
    };

    const teach = () => {
      status.textContent = "";
      more.hidden = true;
      const recent = memory.get();
      const rows = recent.length ? recent.map(([title, address]) => link(href(address), title, el("span", { className: "hit-title", textContent: title })))
        : about.start.map(([title, url]) => link(href(about.base + url), title, el("span", { className: "hit-title", textContent: title })));
      const label = recent.length ? say.recent : say.start;
      list.replaceChildren(...rows.length ? [el("div", { className: "search-group", aria: { role: "group", label } }, el("p", { className: "search-label", textContent: label, aria: { hidden: "true" } }), ...rows)] : []);
      show(rows);
      const useful = ["owner:", "type:", "is:overdue", "is:unowned", "in:", '"…"'].map(f => [f, say.teach[f]]).filter(([f]) => f == "is:overdue" ? about.reviews : f == "is:unowned" || f == "owner:" ? about.owners : f != "type:" || about.types.length);
      other.replaceChildren(el("p", { className: "search-label", textContent: say.try }), el("ul", { className: "search-teach" }, ...useful.map(([f, what]) => el("li", {},
        el("button", { type: "button", onclick: () => {
          input.value = f == '"…"' ? '"' : f.endsWith(":") ? f : f + " ";
          input.focus();
          update();
        } }, el("code", { textContent: f })), el("span", { textContent: what })))));
    };

    const allPages = () => el("a", { href: href(about.base + about.all), textContent: say.all });

    const draw = ({ results, total, rest, all, meant, near }, keep) => {
      other.replaceChildren();
      if (!results.length && !rest) {
        list.replaceChildren();
        show([]);
        status.textContent = fill(say.none, { query: input.value.trim() });
        const asked = input.value.trim(), words = asked.replace(filter, " ").replace(/\s+/g, " ").trim();
        const looser = words == asked ? plain(words) : words;
        const ask = looser && looser != asked && el("button", { type: "button", className: "search-more", textContent: fill(say.looser, { query: looser }), onclick: () => {
          input.value = looser;
          input.focus();
          update();
        } });
        other.replaceChildren(el("p", {}, say.hint + " ", allPages()), ...ask ? [ask] : []);
        more.hidden = true;
        return;
      }
      seen.disconnect();
      unread.clear();
      const rows = results.map(result), some = rows.slice(all);
      list.replaceChildren(...rows.slice(0, all), ...some.length ? [el("div", { className: "search-group", aria: { role: "group", label: say.some } },
        el("p", { className: "search-label", textContent: say.some, aria: { hidden: "true" } }), ...some)] : []);
      show(rows, keep);
      const told = [...meant.map(of => [say.instead, of]), ...near.map(of => [say.beside, of])].map(([words, [typed, right]]) => fill(words, { typed, meant: right })).join(" ");
      status.textContent = [told, pageCount(total), rest ? fill(say.rest, { n: rest }) : ""].filter(Boolean).join(" ");
      more.hidden = results.length >= total && !rest;
    };

    // Asks for what is in the field now. Only the latest question is answered.
    const update = async (keep, typed) => {
      const mine = ++turn, text = input.value;
      if (!keep) most = 8;
      if (inPage) history.replaceState(history.state, "", text.trim() ? "?q=" + encodeURIComponent(text.trim()) : location.pathname);
      drawChips();
      if (!text.trim()) {
        box.removeAttribute("aria-busy");
        return teach();
      }
      box.setAttribute("aria-busy", "true");
      const wait = setTimeout(() => mine == turn && (status.textContent = say.wait), 400);
      try {
        const choices = await complete(text);
        if (mine != turn) return;
        if (choices.length) {
          status.textContent = "";
          other.replaceChildren();
          more.hidden = true;
          const rows = choices.map(c => el("div", { aria: { role: "option", selected: "false" }, className: "search-choice", onclick: () => {
            input.value = c.text;
            input.focus();
            update();
          } }, el("code", { textContent: c.label }), el("span", { textContent: c.note })));
          list.replaceChildren(...rows);
          show(rows);
          return;
        }
        const rest = ms => typed && new Promise(done => setTimeout(() => mine == turn && done(), typed + ms - performance.now())); // never, once more is typed
        const answer = await find(text, most, a => mine == turn && draw(a, keep), rest);
        if (mine == turn) draw(answer, keep);
      } catch (e) {
        if (mine != turn) return;
        list.replaceChildren();
        show([]);
        more.hidden = true;
        status.textContent = say.failed;
        other.replaceChildren(el("p", {}, allPages()));
        console.info(e.message);
      } finally {
        clearTimeout(wait);
        if (mine == turn) box.removeAttribute("aria-busy");
      }
    };
    more.onclick = () => {
      const at = options.length;
      most += 12;
      update(at).then(() => input.focus());
    };

    let timer;
    input.oninput = () => {
      clearTimeout(timer);
      timer = setTimeout(update, 60, 0, performance.now());
    };
    input.onkeydown = e => {
      if (e.isComposing) return;
      if (e.key == "ArrowDown" && active == options.length - 1 && !more.hidden) more.onclick();
      else if (e.key == "ArrowDown" && options.length) choose((active + 1) % options.length);
      else if (e.key == "ArrowUp" && options.length) choose((active - 1 + options.length) % options.length);
      else if (e.key == "Enter" && options[active]) {
        const option = options[active];
        if ((e.ctrlKey || e.metaKey) && option.href) {
          memory.add([option.querySelector(".hit-title").textContent, option.href.replace(/#.*/, "")]);
          window.open(option.href, "_blank", "noopener");
        } else option.click();
      } else if (e.key == "Escape" && !inPage) box.close();
      else return;
      e.preventDefault();
    };
    if (!inPage) box.addEventListener("click", e => e.target == box && box.close()); // beside it
    return { box, input, update };
  };

  // --- opening it ------------------------------------------------------------------------------------------------------

  const styled = new Promise(done => {
    const sheet = el("link", { rel: "stylesheet", href: new URL("../../assets/search.css", here), onload: done, onerror: done });
    document.head.append(sheet);
  });
  let dialog;
  const show = async () => {
    await Promise.all([open(), styled]);
    const first = !dialog?.box.isConnected;
    if (first) {
      dialog = make(false);
      document.body.append(dialog.box);
    }
    if (!dialog.box.open) dialog.box.showModal();
    dialog.input.focus();
    dialog.input.select();
    dialog.update();
  };
  const mount = async place => {
    await Promise.all([open(), styled]);
    const search = make(true);
    place.replaceChildren(search.box);
    search.input.value = new URLSearchParams(location.search).get("q") || "";
    search.input.focus();
    search.update();
  };
  // Where there is no page at an address: those that its words may have meant, its last part first.
  const near = async place => {
    await open();
    const parts = decodeURIComponent(location.pathname).slice(about.base.length).replace(/\.\w+$/, "").split("/").filter(Boolean);
    for (const words of [parts.at(-1), parts.join(" ")]) {
      const { results } = await find((words || "").replace(/[^\p{L}\p{N}]+/gu, " "), 5);
      if (!results.length) continue;
      place.lastElementChild.replaceChildren(...results.map(c => {
        const line = el("li"), link = el("a", { href: c.address, textContent: c.title });
        line.append(link, " ", el("span", { className: "small", textContent: c.label }));
        return line;
      }));
      place.hidden = false;
      return;
    }
  };
  Object.assign(window.handbookSearch, { find, show, mount, near });
})();
