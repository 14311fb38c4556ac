"""The functions that a question may call; every other is refused, those of later versions of an engine too.

None of these reads a file, a setting or another table, takes a lock, or changes anything.
"""


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# https://sqlite.org/lang_corefunc.html, lang_datefunc.html, lang_aggfunc.html, windowfunctions.html,
# lang_mathfunc.html, json1.html
SQLITE = words(
    """
    abs char coalesce concat concat_ws format glob hex if ifnull iif instr length like likelihood likely lower ltrim max
    min nullif octet_length printf quote random replace round rtrim sign soundex substr substring trim typeof unhex
    unicode unlikely upper
    current_date current_time current_timestamp date datetime julianday strftime time timediff unixepoch
    avg count group_concat median percentile percentile_cont percentile_disc string_agg sum total
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
    acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow power
    radians sin sinh sqrt tan tanh trunc
    -> ->> json json_array json_array_length json_extract json_group_array json_group_object json_object json_patch
    json_quote json_type json_valid
    """
)
SQLITE_TABLES = frozenset({"json_each", "json_tree"})  # functions that stand in place of a table

# https://www.postgresql.org/docs/current/functions.html
POSTGRESQL = words(
    """
    abs acos age array_agg array_length array_position array_to_string ascii asin atan atan2 avg bit_and bit_or bool_and
    bool_or btrim cardinality cbrt ceil ceiling char_length character_length chr clock_timestamp coalesce concat
    concat_ws corr cos count cume_dist date_bin date_part date_trunc decode degrees dense_rank div encode every exp
    extract first_value floor format gcd generate_series greatest grouping initcap isfinite json_agg json_array_elements
    json_array_elements_text json_array_length json_build_array json_build_object json_each json_each_text
    json_extract_path json_extract_path_text json_object_agg json_object_keys json_typeof jsonb_agg jsonb_array_elements
    jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text
    jsonb_extract_path jsonb_extract_path_text jsonb_object_agg jsonb_object_keys jsonb_pretty jsonb_typeof
    jsonb_path_exists jsonb_path_query justify_days justify_hours justify_interval lag last_value lcm lead least left
    length ln log log10 lower lpad ltrim make_date make_interval make_timestamp max md5 min mod mode normalize now
    nth_value ntile nullif num_nonnulls num_nulls octet_length overlay percent_rank percentile_cont percentile_disc pi
    position power quote_literal radians random rank regexp_count regexp_like regexp_match regexp_matches regexp_replace
    regexp_split_to_array regexp_split_to_table regexp_substr regr_slope repeat replace reverse right round row_number
    row_to_json rpad rtrim scale sign similarity sin split_part sqrt starts_with stddev stddev_pop stddev_samp
    string_agg string_to_array string_to_table strpos substr substring sum tan timezone to_char to_date to_hex to_json
    to_jsonb to_number to_timestamp translate trim trim_scale trunc unaccent unnest upper var_pop var_samp variance
    width_bucket word_similarity
    """
)
