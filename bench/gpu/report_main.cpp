// Whether a CUDA device gives the processor's bits, and how fast: docs/performance.md.
//   gpu_report [--only PART,...] [--documents N] [--cases N] [--rows N] [--json FILE]
//              [--model FILE | --tiny] [--emulated]
// Parts, in this order: confidential, parity, encoder, exactness, search, crossings, start,
// sanitizer. The JSON is written after each. --emulated compares on the processor, without a
// device, by the program gpu_report_emulated beside this one.
// Exit 0: no difference; 1: a difference, or the JSON cannot be written; 64: wrong usage; 66: no
// model; 70: CUDA failed; 77: there is no device.
#include "gpu/machine.hpp"
#include "gpu/report.hpp"
#include "pramana/scoring/model.hpp"
#include "tiny_model.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <optional>
#include <span>
#include <string_view>

namespace {

using namespace pramana;

struct Part {
    std::string_view name;
    void (*run)(gpu::Context&);
};

constexpr const char* kUsage =
    "usage: gpu_report [--only PART,...] [--documents N] [--cases N] [--rows N] [--json FILE]\n"
    "                  [--model FILE | --tiny] [--emulated]\n"
    "parts: confidential parity encoder exactness search crossings start sanitizer\n";

template <class Number>
bool read_number(std::string_view text, Number& out, std::uint64_t most) {
    const char* const end = text.data() + text.size();
    const char* const begin = text.data();  // NOLINT: `end` says where it ends
    return std::from_chars(begin, end, out).ptr == end && out > 0 && out <= most;
}

void split(std::string_view text, std::vector<std::string>& out) {
    for (std::size_t comma = 0; !text.empty();
         text.remove_prefix(std::min(comma + 1, text.size()))) {
        comma = std::min(text.find(','), text.size());
        out.emplace_back(text.substr(0, comma));
    }
}

bool read_option(std::string_view name, std::string_view value, gpu::Options& options) {
    if (name == "--json" || name == "--model") {
        (name == "--json" ? options.json : options.model) = value;
        return true;
    }
    if (name == "--only") {
        split(value, options.only);
        return true;
    }
    if (name == "--documents") return read_number(value, options.documents, 1'000'000);
    if (name == "--cases") return read_number(value, options.cases, 10'000);
    return name == "--rows" && read_number(value, options.rows_max, 1'000'000'000);
}

std::optional<gpu::Options> read_options(std::span<char*> arguments) {
    gpu::Options options;
    if (gpu::kEmulated) options.documents = 20;  // a document takes a second
    if (gpu::kEmulated) options.cases = 1;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view name{arguments[i]};
        if (name == "--tiny") {
            options.tiny = true;
            continue;
        }
        if (name == "--emulated") continue;
        ++i;
        if (i == arguments.size() || !read_option(name, arguments[i], options)) return std::nullopt;
    }
    return options;
}

std::shared_ptr<const scoring::Model> load(const gpu::Options& options) {
    if (options.tiny) return scoring::testing::tiny_model();
    auto model = scoring::Model::load(options.model, scoring::pinned_model_digest());
    return model ? *model : nullptr;
}

std::string now() {
    const std::time_t seconds = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    (void)std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

bool known(const std::vector<std::string>& only, std::span<const Part> parts) {
    return std::ranges::all_of(only, [&](const std::string& name) {
        return std::ranges::any_of(parts, [&](const Part& part) { return part.name == name; });
    });
}

int run(const gpu::Options& options, std::span<const Part> parts) {
    gpu::Report report;
    report.about("date", now());
    if (!gpu::describe_machine(report)) return 77;
    const auto model = load(options);
    if (model == nullptr) {
        std::fprintf(stderr,
                     "gpu_report: %s is missing or is not the pinned model; tools/setup makes it, "
                     "or use --tiny\n",
                     options.model.c_str());
        return 66;
    }
    report.about("model", options.tiny ? "tiny" : "pinned");
    gpu::Context context{options, model, report};
    for (const Part& part : parts) {
        if (!options.only.empty() &&
            std::ranges::find(options.only, part.name) == options.only.end())
            continue;
        part.run(context);
        if (!report.write(options.json)) {
            std::fprintf(stderr, "gpu_report: cannot write %s\n", options.json.c_str());
            return 1;
        }
    }
    std::printf("%llu mismatches; %s\n", static_cast<unsigned long long>(report.mismatches()),
                options.json.c_str());
    return report.mismatches() == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::span arguments{argv + 1, static_cast<std::size_t>(std::max(argc - 1, 0))};
    if (!gpu::kEmulated &&
        std::ranges::find(arguments, std::string_view{"--emulated"}) != arguments.end())
        return gpu::become_emulation(argv);
    const auto options = read_options(arguments);
    const std::vector<Part> parts = [] {
        if constexpr (gpu::kEmulated)
            return std::vector<Part>{{"parity", gpu::compare_with_processor}};
        else
            return std::vector<Part>{{"confidential", gpu::read_confidential_mode},
                                     {"parity", gpu::compare_with_processor},
                                     {"encoder", gpu::measure_encoder},
                                     {"exactness", gpu::measure_exactness},
                                     {"search", gpu::measure_search},
                                     {"crossings", gpu::measure_crossings},
                                     {"start", gpu::measure_start},
                                     {"sanitizer", gpu::run_sanitizer}};
    }();
    if (!options || !known(options->only, parts)) {
        std::fputs(kUsage, stderr);
        return 64;
    }
    return run(*options, parts);
}
