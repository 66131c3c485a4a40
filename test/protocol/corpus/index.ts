import type { Case } from '../case';
import { administration } from './administration';
import { arithmetic } from './arithmetic';
import { connection } from './connection';
import { limits } from './limits';
import { metaChange } from './meta-change';
import { metaGet } from './meta-get';
import { metaSet } from './meta-set';
import { retrieval } from './retrieval';
import { storage } from './storage';

export const CORPUS: readonly Case[] = [
  ...storage,
  ...retrieval,
  ...arithmetic,
  ...metaGet,
  ...metaSet,
  ...metaChange,
  ...limits,
  ...connection,
  ...administration,
];
