#pragma once

#include "pramana/scoring/ruleset.hpp"

#include <type_traits>

/// The numbers of each part of a ruleset with their names in the text form, ascending: the one list
/// that writing and reading go by. `visit(name, number)` gets a reference.
namespace pramana::scoring {

template <class Given, class Part>
concept Either = std::is_same_v<std::remove_const_t<Given>, Part>;

template <class Visit>
void each_number(Either<ExtractLimits> auto& e, Visit visit) {
    visit("expanded_bytes_max", e.expanded_bytes_max);
    visit("expansion_ratio_max", e.expansion_ratio_max);
    visit("json_depth_max", e.json_depth_max);
    visit("members_max", e.members_max);
    visit("records_max", e.records_max);
    visit("table_cell_words", e.table_cell_words);
    visit("table_rows_min", e.table_rows_min);
}

template <class Visit>
void each_number(Either<FormatRules> auto& f, Visit visit) {
    visit("archive_depth_max", f.archive_depth_max);
    visit("authenticity", f.authenticity);
    visit("version", f.version);
}

template <class Visit>
void each_number(Either<ChunkRules> auto& c, Visit visit) {
    visit("boundary_modulus", c.boundary_modulus);
    visit("boundary_pieces_min", c.boundary_pieces_min);
    visit("boundary_words", c.boundary_words);
    visit("characters_max", c.characters_max);
    visit("chunks_max", c.chunks_max);
    visit("pieces_max", c.pieces_max);
    visit("pieces_min", c.pieces_min);
    visit("weight_max", c.weight_max);
}

template <class Visit>
void each_number(Either<LexicalRules> auto& l, Visit visit) {
    visit("gram_characters", l.gram_characters);
    visit("gram_characters_spaced", l.gram_characters_spaced);
    visit("shingle_words", l.shingle_words);
    visit("window", l.window);
    visit("words_min", l.words_min);
}

template <class Visit>
void each_number(Either<NoveltyRules> auto& n, Visit visit) {
    visit("numbers_words_min", n.numbers_words_min);
    visit("sentence_characters_min", n.sentence_characters_min);
    visit("sentence_words_min", n.sentence_words_min);
    visit("set_high_q16", n.set_high_q16);
    visit("set_low_q16", n.set_low_q16);
    visit("set_modulus", n.set_modulus);
    visit("set_words", n.set_words);
    visit("set_words_min", n.set_words_min);
    visit("uniqueness_min_q16", n.uniqueness_min_q16);
    visit("version", n.version);
}

template <class Visit>
void each_number(Either<SemanticRules> auto& s, Visit visit) {
    visit("continued_max_q16", s.continued_max_q16);
    visit("corroborated_dot_min", s.corroborated_dot_min);
    visit("corroborated_high", s.corroborated_high);
    visit("corroborated_low", s.corroborated_low);
    visit("letters_min_q16", s.letters_min_q16);
    visit("overlap_weight", s.overlap_weight);
    visit("overlap_words_added", s.overlap_words_added);
    visit("overlap_words_min", s.overlap_words_min);
    visit("pieces_min", s.pieces_min);
    visit("strict_high", s.strict_high);
    visit("strict_low", s.strict_low);
    visit("unknown_max_q16", s.unknown_max_q16);
}

template <class Visit>
void each_number(Either<TableRules> auto& t, Visit visit) {
    visit("alone_characters_min", t.alone_characters_min);
    visit("key_values", t.key_values);
    visit("repeated_rows_min", t.repeated_rows_min);
    visit("repeated_share", t.repeated_share);
    visit("rows_max", t.rows_max);
    visit("three_characters_min", t.three_characters_min);
    visit("two_characters_min", t.two_characters_min);
}

template <class Visit>
void each_number(Either<SampleRules> auto& s, Visit visit) {
    visit("characters_max", s.characters_max);
}

template <class Visit>
void each_number(Either<QualityRules> auto& q, Visit visit) {
    visit("language_share_min_q16", q.language_share_min_q16);
    visit("other_languages", q.other_languages);
    visit("personal_data_per_1000", q.personal_data_per_1000);
    visit("profile", q.profile);
    visit("unknown_languages", q.unknown_languages);
    visit("version", q.version);
}

template <class Visit>
void each_number(Either<PayRules> auto& p, Visit visit) {
    visit("novel_mass_min", p.novel_mass_min);
    visit("novel_mass_reference", p.novel_mass_reference);
    visit("quality_full_q16", p.quality_full_q16);
    visit("quality_min_q16", p.quality_min_q16);
}

}  // namespace pramana::scoring
