/* SPDX-License-Identifier: ISC */
#include "bench/gbench.h"

#include <benchmark/benchmark.h>

#include <map>
#include <ostream>
#include <string>
#include <vector>

struct gbench_run {
    benchmark::State *state;
};

namespace {

std::map<std::string, void *> &arguments() {
    static std::map<std::string, void *> map;
    return map;
}

/* Hands every repetition to C; means and the like that Google Benchmark adds are left to the statistics there. */
class SinkReporter : public benchmark::BenchmarkReporter {
  public:
    SinkReporter(gbench_sink sink, void *sink_argument) : sink_(sink), sink_argument_(sink_argument) {
    }

    bool ReportContext(const Context &) override {
        return true;
    }

    void ReportRuns(const std::vector<Run> &runs) override {
        for (const Run &run : runs) {
            if (run.error_occurred) {
                GetErrorStream() << "sealane-bench: " << run.run_name.function_name << ": " << run.error_message << "\n";
            } else if (run.run_type == Run::RT_Iteration) {
                auto note = run.counters.find("note");
                sink_(sink_argument_, arguments().at(run.run_name.function_name),
                      1e9 * run.cpu_accumulated_time / static_cast<double>(run.iterations),
                      note == run.counters.end() ? 0 : note->second.value);
            }
        }
    }

  private:
    gbench_sink sink_;
    void *sink_argument_;
};

void initialize(std::vector<std::string> flags) {
    flags.insert(flags.begin(), "sealane-bench");
    std::vector<char *> argv;
    for (std::string &flag : flags) {
        argv.push_back(flag.data());
    }
    argv.push_back(nullptr);
    int argc = static_cast<int>(flags.size());
    benchmark::Initialize(&argc, argv.data());
}

} // namespace

void gbench_register(const char *name, gbench_benchmark benchmark, void *argument) {
    arguments()[name] = argument;
    benchmark::RegisterBenchmark(name, [benchmark, argument](benchmark::State &state) {
        gbench_run run = {&state};
        benchmark(&run, argument);
    });
}

void gbench_measure(gbench_run *run, gbench_work work, void *work_argument) {
    const benchmark::IterationCount iterations = run->state->max_iterations;
    while (run->state->KeepRunningBatch(iterations)) {
        work(work_argument, static_cast<uint64_t>(iterations));
    }
}

void gbench_note(gbench_run *run, double note) {
    run->state->counters["note"] = note;
}

void gbench_skip(gbench_run *run, const char *why) {
    run->state->SkipWithError(why);
}

size_t gbench_run_all(const char *regex, unsigned repetitions, double seconds_each, gbench_sink sink, void *sink_argument) {
    initialize({"--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=" + std::to_string(repetitions),
                "--benchmark_min_time=" + std::to_string(seconds_each)});
    SinkReporter reporter(sink, sink_argument);
    return benchmark::RunSpecifiedBenchmarks(&reporter, regex);
}

size_t gbench_list(const char *regex) {
    initialize({"--benchmark_list_tests=true"});
    return benchmark::RunSpecifiedBenchmarks(nullptr, regex);
}
