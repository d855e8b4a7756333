#include "judged.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>

namespace pramana::bench {
namespace {

/// Bindings of the same libraries, documented from the same sources.
constexpr std::array<std::string_view, 9> kGnome = {"gnome",   "gnome-org",  "gtkmm-org",
                                                    "gtk-org", "haskell-gi", "gtkmm",
                                                    "glibmm",  "gnome-gtk",  "pygobject"};

/// "mongodb-org" is "mongodb" where both are there: a name, and the same name with the end of a
/// domain behind it.
std::string project_of(const std::string& name, const std::set<std::string>& names) {
    const std::size_t dash = name.rfind('-');
    const bool ends_a_domain = dash != std::string::npos && name.size() - dash <= 4;
    return ends_a_domain && names.contains(name.substr(0, dash)) ? name.substr(0, dash) : name;
}

std::string family_of(const Collection& collection, const std::set<std::string>& names) {
    if (collection.topic == "java" || collection.name == "java") return "java";
    if (collection.topic == "haskell") return "haskell";
    if (collection.topic == "bible" || collection.topic == kVerses) return "henry";
    if (collection.name == "manual_pages" || collection.name == "programmers_pages") return "pages";
    if (std::find(kGnome.begin(), kGnome.end(), collection.name) != kGnome.end()) return "gnome";
    return project_of(collection.name, names);
}

std::size_t fold_of(std::string_view family) {
    return sha256(as_bytes_view(family)).bytes[0] % kFolds;
}

}  // namespace

std::vector<Fold> deal(const std::vector<Collection>& collections) {
    std::vector<Fold> folds(kFolds);
    std::set<std::string> names;
    for (const Collection& collection : collections) names.insert(collection.name);
    for (const Collection& collection : collections) {
        const std::size_t fold = fold_of(family_of(collection, names));
        for (const Text& text : collection.texts) {
            const std::size_t at = collection.many_authors() ? text.id.bytes[1] % kFolds : fold;
            folds[at].topics[collection.topic].push_back(&text);
        }
    }
    for (Fold& fold : folds)
        for (auto& [topic, texts] : fold.topics)
            std::sort(texts.begin(), texts.end(),
                      [](const Text* a, const Text* b) { return a->id < b->id; });
    return folds;
}

Judged judged_texts(const std::filesystem::path& directory, const std::vector<Fold>& folds,
                    std::size_t texts_max) {
    const std::filesystem::path file = directory / "judged.txt";
    Judged judged;
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);)
        if (const auto id = fixed_from_hex<Hash32>(line)) judged.insert(*id);
    if (!judged.empty()) return judged;
    std::ofstream out{file};
    for (const Fold& fold : folds)
        for (const auto& [topic, texts] : fold.topics) {
            std::array<std::size_t, 2> chosen{};
            for (const Text* text : texts) {
                if (chosen[text->for_fitting() ? 1 : 0]++ >= texts_max) continue;
                judged.insert(text->id);
                out << to_hex(text->id.view()) << '\n';
            }
        }
    return judged;
}

}  // namespace pramana::bench
