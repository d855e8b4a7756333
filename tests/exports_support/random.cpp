#include "exports_support/samples.hpp"

#include <array>
#include <cstdio>

namespace pramana::exports {
namespace {

constexpr std::string_view kSubjects[] = {
    "The garden",     "My sister",    "The old bicycle",   "Our neighbour",   "The library",
    "A small engine", "The teacher",  "This recipe",       "The river",       "Her report",
    "The committee",  "That evening", "The mountain path", "My first lesson", "The harvest",
    "The new bakery", "A letter",     "The orchestra",     "The repair shop", "Our journey"};
constexpr std::string_view kVerbs[] = {
    "reminded us of", "needed",          "changed",        "was built beside", "belongs to",
    "explained",      "could not reach", "waited for",     "described",        "was painted like",
    "replaced",       "depends on",      "was older than", "followed",         "never mentioned",
    "surprised",      "was found near",  "opened",         "supports",         "surrounds"};
constexpr std::string_view kAdjectives[] = {
    "quiet", "broken", "famous",    "wooden", "careful", "distant", "bright", "ordinary",
    "heavy", "green",  "forgotten", "narrow", "warm",    "patient", "foreign"};
constexpr std::string_view kObjects[] = {
    "village",  "question",        "bridge",        "engine",     "garden wall", "season",
    "argument", "market",          "window",        "photograph", "teacher",     "answer",
    "harbour",  "story",           "kitchen table", "promise",    "machine",     "meadow",
    "winter",   "railway station", "song",          "map",        "paragraph",   "tool"};
constexpr std::string_view kEnds[] = {
    "because nobody had asked before", "when the rain finally stopped", "although it was late",
    "as far as I can remember",        "before the others arrived",     "in spite of the noise",
    "while we were looking elsewhere", "for the third time this month", "without any help",
    "after a very long discussion",    "on the last day of the year",   "if the weather allows it"};

template <std::size_t N>
std::string_view pick(Random& random, const std::string_view (&list)[N]) {
    return list[random.below(N)];
}

}  // namespace

std::uint64_t Random::next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EB;
    return z ^ (z >> 31U);
}

std::string Random::uuid() {
    std::array<char, 37> out{};
    const std::uint64_t a = next(), b = next();
    std::snprintf(out.data(), out.size(), "%08x-%04x-4%03x-%04x-%012llx",
                  static_cast<unsigned>(a >> 32U), static_cast<unsigned>(a >> 16U & 0xFFFFU),
                  static_cast<unsigned>(a & 0xFFFU),
                  static_cast<unsigned>(0x8000U | (b >> 48U & 0x3FFFU)),
                  static_cast<unsigned long long>(b & 0xFFFFFFFFFFFFU));
    return out.data();
}

std::string Random::sentence() {
    std::string out{pick(*this, kSubjects)};
    out.append(" ").append(pick(*this, kVerbs)).append(" the ");
    out.append(pick(*this, kAdjectives)).append(" ").append(pick(*this, kObjects));
    if (below(2) == 0)
        out.append(" and the ")
            .append(pick(*this, kAdjectives))
            .append(" ")
            .append(pick(*this, kObjects));
    if (below(3) != 0) out.append(" ").append(pick(*this, kEnds));
    return out + ".";
}

std::string Random::paragraph(std::size_t sentences) {
    std::string out;
    for (std::size_t i = 0; i < sentences; ++i) out += (i == 0 ? "" : " ") + sentence();
    return out;
}

}  // namespace pramana::exports
