import type { Case } from '../case';

/** Requests in one write, or torn over packets: order, and where one ends. */
export const connection: Case[] = [
  {
    name: 'pipelined, one key',
    send: ['set {k} 0 0 1 / a / get {k} / set {k} 0 0 1 / b / get {k} / delete {k} / get {k}'],
  },
  { name: 'pipelined, a miss and a set', send: ['get {k} / set {k} 0 0 1 / a / get {k}'] },
  {
    name: 'pipelined, a miss and a set, twenty keys',
    send: [Array.from({ length: 20 }, (_, i) => `get {k}.${i} / set {k}.${i} 0 0 1 / a`).join(' / ')],
  },
  {
    name: 'pipelined, a miss and a set, twenty times',
    send: [Array.from({ length: 20 }, () => 'get {k} / set {k} 0 0 1 / a / delete {k}').join(' / ')],
  },
  {
    name: 'pipelined, set, get and delete, twenty times',
    send: [Array.from({ length: 20 }, () => 'set {k} 0 0 1 / a / get {k} / delete {k} / get {k}').join(' / ')],
  },
  {
    name: 'pipelined, many keys',
    send: [
      'set {k} 0 0 1 / a / set {k2} 0 0 1 / b / set {k3} 0 0 1 / c / get {k} {k2} {k3} / delete {k2} / get {k} {k2} {k3}',
    ],
  },
  {
    name: 'pipelined, incr',
    send: ['set {k} 0 0 1 / 0', Array.from({ length: 30 }, () => 'incr {k} 1').join(' / '), 'get {k}'],
  },
  {
    name: 'pipelined, append',
    send: ['set {k} 0 0 1 / -', Array.from({ length: 9 }, (_, i) => `append {k} 0 0 1 / ${i}`).join(' / '), 'get {k}'],
  },
  {
    name: 'pipelined, noreply',
    send: ['set {k} 0 0 1 noreply / a / append {k} 0 0 1 noreply / b / get {k} / delete {k} noreply / get {k}'],
  },
  {
    name: 'pipelined, meta',
    send: ['ms {k} 1 O1 / a / mg {k} O2 v / md {k} O3 / mg {k} O4 v / ms {k} 1 O5 / b / mg {k} O6 v'],
  },
  {
    name: 'pipelined, meta, quiet',
    send: ['ms {k} 1 q O1 / a / mg {k} q O2 v / md {k} q O3 / mg {k} q O4 v / ms {k} 1 q O5 / b / mg {k} q O6 v'],
  },
  { name: 'pipelined, meta and text', send: ['set {k} 5 0 1 / a / mg {k} f v / ms {k} 1 F6 / b / get {k}'] },
  {
    name: 'pipelined, an error between',
    send: ['set {k} 0 0 2 / ab / incr {k} 1 / get {k} / set {k} 0 abc 1 / x / get {k}'],
  },
  { name: 'pipelined, a bad value between', send: ['set {k} 0 0 1 / a / set {k2} 0 0 1 / abc / get {k} {k2}'] },
  {
    name: 'pipelined, a large value between',
    send: ['set {k} 0 0 1 / a / set {k2} 0 0 2097152 / {x*2097152} / get {k} {k2} / set {k2} 0 0 1 / b / get {k2}'],
  },
  { name: 'pipelined, version and mn between', send: ['set {k} 0 0 1 / a / version / get {k} / mn / get {k2}'] },
  {
    name: 'pipelined, 500 sets and gets',
    send: [
      Array.from({ length: 500 }, (_, i) => `set {k}.${i} 0 0 3 / ${String(i).padStart(3, '0')} / get {k}.${i}`).join(
        ' / ',
      ),
    ],
  },
  { name: 'torn, within the command', send: [{ raw: ['se', 't {k} 0 0 2\r\nab\r\nge', 't {k}\r\n'] }] },
  { name: 'torn, within the key', send: [{ raw: ['set {k}x', 'y 0 0 2\r\nab\r\n', 'get {k}x', 'y\r\n'] }] },
  { name: 'torn, before the value', send: [{ raw: ['set {k} 0 0 2\r\n', 'ab\r\n'] }, 'get {k}'] },
  { name: 'torn, within the value', send: [{ raw: ['set {k} 0 0 6\r\nab', 'cd', 'ef\r\n'] }, 'get {k}'] },
  {
    name: 'torn, within the ends of lines',
    send: [{ raw: ['set {k} 0 0 2\r', '\nab\r', '\n'] }, { raw: ['get {k}\r', '\n'] }],
  },
  {
    name: 'torn, byte by byte',
    send: [
      { raw: ['m', 's', ' ', '{k}', ' ', '2', ' ', 'T', '9', '0', '\r', '\n', 'a', 'b', '\r', '\n'] },
      'mg {k} t v',
    ],
  },
  {
    name: 'torn, a large value',
    send: [{ raw: ['set {k} 0 0 300000\r\n{x*100000}', '{x*100000}', '{x*100000}\r', '\n'] }, 'get {k}'],
  },
  {
    name: 'torn, a value over the item size',
    send: [{ raw: ['set {k} 0 0 2097152\r\n{x*1000000}', '{x*1000000}', '{x*97152}\r\n'] }, 'get {k}'],
  },
  {
    name: 'torn, a long get',
    send: [{ raw: ['{sets*300}'] }, { raw: ['get {keys*150}', ' {k}.200 {k}.201', '\r\n'] }],
  },
  { name: 'torn, meta', send: [{ raw: ['ms {k} 2 T', '100 F5\r\na', 'b\r\nmg {k} f', ' t v\r\n'] }] },
];
