#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::scoring {
class Model;
}

namespace pramana::gpu {

/// What gpu_report is to do.
struct Options {
    std::vector<std::string> only;  ///< parts; empty: all
    std::string json = "gpu-report.json";
    std::string model = "models/all-minilm-l6-v2.pramana";
    bool tiny = false;
    std::uint64_t documents = 10'000;
    std::uint32_t cases = 10;  ///< random searches, times 8
    std::uint64_t rows_max = 100'000'000;
};

/// One line of the report.
struct Measurement {
    std::string part;
    std::string what;
    double value = 0.0;
    std::string unit;
    std::string goal = {};  ///< in words; empty: none
};

/// What was found so far. Thread: one.
class Report {
  public:
    /// A line for the table and the JSON; it is printed at once.
    void measured(std::string_view part, std::string_view what, double value, std::string_view unit,
                  std::string_view goal = {});
    /// Numbers that were compared with the processor's; a difference makes the program fail.
    void compared(std::string_view part, std::string_view what, std::uint64_t numbers,
                  std::uint64_t mismatches, std::string_view first = {});
    /// What was not done, and why.
    void left_out(std::string_view part, std::string_view why);
    /// About the machine: device, driver, clocks, date.
    void about(std::string_view name, std::string_view value);
    [[nodiscard]] std::uint64_t mismatches() const noexcept { return mismatches_; }
    /// False: the file cannot be written.
    [[nodiscard]] bool write(const std::string& path) const;

  private:
    std::vector<Measurement> lines_;
    std::vector<std::pair<std::string, std::string>> about_;
    std::vector<std::string> comparisons_;  ///< JSON objects
    std::vector<std::string> left_out_;     ///< JSON objects
    std::uint64_t mismatches_ = 0;
};

/// What the parts need.
struct Context {
    const Options& options;
    std::shared_ptr<const scoring::Model> model;
    Report& report;
};

/// Steps of the encoder, whole documents and the search against the processor. Runs on a device and
/// on its emulation.
void compare_with_processor(Context& context);

// On a device only.
void measure_encoder(Context& context);    ///< tokens a second by length and batch
void measure_exactness(Context& context);  ///< the same kernels with approximate operations
void measure_search(Context& context);
void measure_crossings(Context& context);  ///< the runtime's port, and an emulated bounce buffer
void measure_start(Context& context);
void read_confidential_mode(Context& context);
void run_sanitizer(Context& context);

}  // namespace pramana::gpu
