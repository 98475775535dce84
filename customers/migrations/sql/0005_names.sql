-- Names are cut alike when stored and when searched for. One in Devanagari stays whole: its vowel signs are no letters
-- to the text search of PostgreSQL. Functions of generated columns name only the system's own, for restoring a dump.
CREATE FUNCTION customers_words(source text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT word), '{}')
  FROM regexp_split_to_table(
    lower(normalize(translate(source, U&'\200C\200D', ''), NFKC)), '[[:space:][:punct:]’‘“”–—]+'
  ) AS word
  WHERE word <> ''
$$;

CREATE FUNCTION customers_name_query(typed text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT string_agg('''' || replace(replace(word, '\', '\\'), '''', '''''') || ''':*', ' & ')::tsquery
  FROM unnest(public.customers_words(typed)) AS word
$$;

-- One text per word, equal for spellings that sound alike in Indian English: Priti and Preethi, Lakshmi and Laxmi.
CREATE FUNCTION customers_sounds(source text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT sound), '{}')
  FROM regexp_split_to_table(
    lower(normalize(translate(source, U&'\200C\200D', ''), NFKC)), '[[:space:][:punct:]’‘“”–—]+'
  ) AS word,
  LATERAL replace(replace(replace(word, 'ph', 'f'), 'x', 'ks'), 'ck', 'k') AS plain,
  LATERAL translate(regexp_replace(plain, '([bcdgjkpst])h+', '\1', 'g'), 'wqzyeo', 'vkjiiu') AS heard,
  LATERAL regexp_replace(regexp_replace(heard, '(.)\1+', '\1', 'g'), '(?<=.)h$', '') AS sound
  WHERE sound <> ''
$$;
