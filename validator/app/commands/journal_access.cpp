#include "journal_access.hpp"

#include <charconv>

namespace pramana::app {

Outcome<Journal> open_journal(const std::string& config_file, const Platform& platform) {
    config::Reading reading = config::read_config_file(config_file, platform.profile);
    if (!reading.config) {
        const config::Problem& first = reading.problems.front();
        const std::string where =
            first.path.empty() ? config_file : config_file + ": " + first.path;
        Failure failure = failure_of(Errc::kConfigInvalid, where + ' ' + first.sentence + '.',
                                     "`serve --check` lists every problem of a configuration.");
        return failure;
    }
    Result<std::unique_ptr<store::StoreView>> view =
        store::open_store_view(reading.config->data_dir);
    if (!view) {
        Failure failure = failure_of(view.error(), "data_dir " + reading.config->data_dir.string());
        if (view.error().code == Errc::kNotFound)
            failure.next_step = "Start the validator once, or name the right configuration.";
        return failure;
    }
    return Journal{*std::move(view), *std::move(reading.config)};
}

std::optional<std::uint64_t> whole_number(const std::optional<std::string>& text,
                                          std::uint64_t fallback, std::uint64_t most) {
    if (!text) return fallback;
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (failed != std::errc{} || end != text->data() + text->size() || number > most)
        return std::nullopt;
    return number;
}

}  // namespace pramana::app
