#include "gpu/report.hpp"

#include "pramana/core/json.hpp"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace pramana::gpu {
namespace {

std::string decimal(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%.6g", std::isfinite(value) ? value : 0.0);
    return text;
}

std::string joined(const std::vector<std::string>& objects) {
    std::string text = "[";
    for (const std::string& object : objects) {
        if (text.size() > 1) text += ",\n  ";
        text += object;
    }
    return text + "]";
}

}  // namespace

void Report::measured(std::string_view part, std::string_view what, double value,
                      std::string_view unit, std::string_view goal) {
    lines_.push_back(
        {std::string{part}, std::string{what}, value, std::string{unit}, std::string{goal}});
    std::printf("%-10s %-58s %14s %-8s %s\n", lines_.back().part.c_str(),
                lines_.back().what.c_str(), decimal(value).c_str(), lines_.back().unit.c_str(),
                lines_.back().goal.c_str());
    std::fflush(stdout);
}

void Report::compared(std::string_view part, std::string_view what, std::uint64_t numbers,
                      std::uint64_t mismatches, std::string_view first) {
    mismatches_ += mismatches;
    comparisons_.push_back(JsonObject{}
                               .text("part", part)
                               .text("what", what)
                               .number("numbers", numbers)
                               .number("mismatches", mismatches)
                               .text("first", first)
                               .str());
    std::printf("%-10s %-58s %14llu compared, %llu different %s\n", std::string{part}.c_str(),
                std::string{what}.c_str(), static_cast<unsigned long long>(numbers),
                static_cast<unsigned long long>(mismatches), std::string{first}.c_str());
    std::fflush(stdout);
}

void Report::left_out(std::string_view part, std::string_view why) {
    left_out_.push_back(JsonObject{}.text("part", part).text("why", why).str());
    std::printf("%-10s left out: %s\n", std::string{part}.c_str(), std::string{why}.c_str());
}

void Report::about(std::string_view name, std::string_view value) {
    about_.emplace_back(name, value);
    std::printf("%-10s %s\n", about_.back().first.c_str(), about_.back().second.c_str());
}

bool Report::write(const std::string& path) const {
    JsonObject object;
    object.text("report", "gpu_report");
    for (const auto& [name, value] : about_) object.text(name, value);
    std::vector<std::string> lines;
    lines.reserve(lines_.size());
    for (const Measurement& line : lines_)
        lines.push_back(JsonObject{}
                            .text("part", line.part)
                            .text("what", line.what)
                            .raw("value", decimal(line.value))
                            .text("unit", line.unit)
                            .text("goal", line.goal)
                            .str());
    object.number("mismatches", mismatches_)
        .raw("measured", joined(lines))
        .raw("compared", joined(comparisons_))
        .raw("left_out", joined(left_out_));
    // The lease of a machine may end at any time: the file is whole or the one before it.
    // What is no file (a terminal, /dev/null) is not replaced by one.
    std::error_code failed;
    const bool special =
        std::filesystem::exists(path, failed) && !std::filesystem::is_regular_file(path, failed);
    const std::string fresh = special ? path : path + ".new";
    {
        std::ofstream file{fresh, std::ios::binary};
        file << object.str() << '\n';
        if (!file.flush()) return false;
    }
    if (special) return true;
    std::filesystem::rename(fresh, path, failed);
    return !failed;
}

}  // namespace pramana::gpu
