// RLtools with OpenBLAS: networks whose sizes, and whose batch, the compiler knows.
//
// Compiled for one size of the batch, BATCH, by run.py beside it, which also says where the data are. The last, shorter
// batch of an epoch is left out, since it would be another network's type; the time is scaled to all samples all the same.

#define RL_TOOLS_BACKEND_ENABLE_OPENBLAS
#include <rl_tools/operations/cpu_mux.h>

#include <rl_tools/nn/optimizers/adam/instance/operations_generic.h>
#include <rl_tools/nn/operations_cpu_mux.h>
#include <rl_tools/nn/loss_functions/categorical_cross_entropy/operations_generic.h>
#include <rl_tools/nn_models/sequential/operations_generic.h>
#include <rl_tools/nn/optimizers/adam/operations_generic.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace rlt = rl_tools;

using Device = rlt::devices::DEVICE_FACTORY<>;
using TI = Device::index_t;
using Policy = rlt::numeric_types::Policy<float>;
using Random = Device::SPEC::RANDOM::ENGINE<>;

constexpr TI PIXELS = 784, CLASSES = 10;

template <TI OUTPUTS, bool LAST>
using Dense = rlt::nn::layers::dense::BindConfiguration<rlt::nn::layers::dense::Configuration<
    Policy, TI, OUTPUTS,
    LAST ? rlt::nn::activation_functions::ActivationFunction::IDENTITY
         : rlt::nn::activation_functions::ActivationFunction::RELU>>;

// The layers with so many outputs, one after another.
template <TI OUTPUTS, TI... MORE>
struct Chain {
    using Type = rlt::nn_models::sequential::Module<Dense<OUTPUTS, false>, typename Chain<MORE...>::Type>;
};
template <TI OUTPUTS>
struct Chain<OUTPUTS> {
    using Type = rlt::nn_models::sequential::Module<Dense<OUTPUTS, true>>;
};

struct Data {
    std::vector<float> x;
    std::vector<uint8_t> y;
};

template <typename T>
std::vector<T> read(const std::string &path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) {
        std::fprintf(stderr, "cannot read %s\n", path.c_str());
        std::exit(1);
    }
    std::vector<T> values(file.tellg() / sizeof(T));
    file.seekg(0);
    file.read(reinterpret_cast<char *>(values.data()), values.size() * sizeof(T));
    return values;
}

double cpu_seconds() { return double(std::clock()) / CLOCKS_PER_SEC; }
double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <TI... OUTPUTS>
struct Network {
    using Shape = rlt::tensor::Shape<TI, 1, BATCH, PIXELS>;
    using Capability = rlt::nn::capability::Gradient<rlt::nn::parameters::Adam>;
    using Model = rlt::nn_models::sequential::Build<Capability, typename Chain<OUTPUTS...>::Type, Shape>;
    using Input = rlt::Tensor<rlt::tensor::Specification<float, TI, Shape>>;
    using Output = rlt::Tensor<rlt::tensor::Specification<float, TI, typename Model::OUTPUT_SHAPE>>;

    Device device;
    Random random;
    Model model;
    typename Model::template Buffer<> buffer;
    rlt::nn::optimizers::Adam<rlt::nn::optimizers::adam::Specification<Policy, TI>> adam;
    Input x;
    Output y, dy;
    rlt::Matrix<rlt::matrix::Specification<TI, TI, BATCH, 1>> labels;

    Network() {
        rlt::init(device);
        rlt::malloc(device, random);
        rlt::init(device, random, 1);
        rlt::malloc(device, model);
        rlt::malloc(device, buffer);
        rlt::malloc(device, adam);
        rlt::malloc(device, x);
        rlt::malloc(device, y);
        rlt::malloc(device, dy);
        rlt::malloc(device, labels);
        rlt::init_weights(device, model, random);
        rlt::reset_optimizer_state(device, adam, model);
        rlt::zero_gradient(device, model);
    }

    float epoch(const Data &data, std::vector<uint32_t> &order, std::mt19937 &engine) {
        std::shuffle(order.begin(), order.end(), engine);
        float loss = 0;
        for (size_t start = 0; start + BATCH <= order.size(); start += BATCH) {
            for (TI i = 0; i < BATCH; i++) {
                size_t sample = order[start + i];
                std::memcpy(rlt::data(x) + i * PIXELS, &data.x[sample * PIXELS], PIXELS * sizeof(float));
                rlt::set(labels, i, 0, TI(data.y[sample]));
            }
            rlt::forward(device, model, x, buffer, random);
            auto output = rlt::output(device, model);
            auto logits = rlt::matrix_view(device, output);
            auto gradient = rlt::matrix_view(device, dy);
            loss += rlt::nn::loss_functions::categorical_cross_entropy::evaluate(device, logits, labels);
            rlt::nn::loss_functions::categorical_cross_entropy::gradient(device, logits, labels, gradient);
            rlt::zero_gradient(device, model);
            rlt::backward(device, model, x, dy, buffer);
            rlt::step(device, adam, model);
        }
        return loss;
    }

    // The scores of BATCH samples.
    const float *predict(const float *samples) {
        std::memcpy(rlt::data(x), samples, BATCH * PIXELS * sizeof(float));
        rlt::evaluate(device, model, x, y, buffer, random);
        float *scores = rlt::data(y);
        for (TI i = 0; i < BATCH; i++) {
            float *row = scores + i * CLASSES;
            float highest = *std::max_element(row, row + CLASSES), sum = 0;
            for (TI c = 0; c < CLASSES; c++) sum += row[c] = std::exp(row[c] - highest);
            for (TI c = 0; c < CLASSES; c++) row[c] /= sum;
        }
        return scores;
    }
};

template <typename Net>
void train(const Data &train, const Data &test, int epochs) {
    auto *net = new Net;
    std::vector<uint32_t> order(train.y.size());
    std::iota(order.begin(), order.end(), 0);
    std::mt19937 engine(1);
    double cpu = 0, wall = 0;
    int measured = 0;
    // One to warm up, then a turn: a twentieth of a second at least.
    for (int epoch = 0; measured < epochs || wall < 0.05; epoch++) {
        double start[] = {cpu_seconds(), wall_seconds()};
        float loss = net->epoch(train, order, engine);
        double taken[] = {cpu_seconds() - start[0], wall_seconds() - start[1]};
        if (!(loss < 1e30f)) std::exit(1);
        if (epoch > 0) cpu += taken[0], wall += taken[1], measured++;
    }
    size_t right = 0, seen = test.y.size() / BATCH * BATCH;
    for (size_t start = 0; start < seen; start += BATCH) {
        const float *scores = net->predict(&test.x[start * PIXELS]);
        for (TI i = 0; i < BATCH; i++) {
            const float *row = scores + i * CLASSES;
            right += std::max_element(row, row + CLASSES) - row == test.y[start + i];
        }
    }
    double scale = 1.0 / (order.size() / BATCH * BATCH) / measured;
    std::printf("%.9g %.9g %.4f\n", cpu * scale, wall * scale, double(right) / seen);
}

template <typename Net>
void predict(const Data &test) {
    auto *net = new Net;
    int calls = std::max(8192 / BATCH, 2), batches = test.y.size() / BATCH;
    double taken[2] = {};
    long measured = 0;
    // Some to warm up, then a turn.
    for (int attempt = 0; taken[1] < 0.05; attempt++) {
        double start[] = {cpu_seconds(), wall_seconds()};
        for (int call = 0; call < calls; call++) {
            volatile float score = *net->predict(&test.x[size_t((attempt * calls + call) % batches) * BATCH * PIXELS]);
            (void)score;
        }
        if (attempt == 0) continue;
        taken[0] += cpu_seconds() - start[0], taken[1] += wall_seconds() - start[1], measured += calls;
    }
    std::printf("%.9g %.9g\n", taken[0] / measured, taken[1] / measured);
}

// main DATA train|predict NETWORK EPOCHS SAMPLES
int main(int count, char **arguments) {
    if (count != 6) return 1;
    std::string folder = arguments[1], what = arguments[2], name = arguments[3];
    Data test{read<float>(folder + "/test-x"), read<uint8_t>(folder + "/test-y")}, training;
    if (what == "train") {
        training = {read<float>(folder + "/train-x"), read<uint8_t>(folder + "/train-y")};
        size_t samples = std::min(training.y.size(), size_t(std::atol(arguments[5])));
        training.x.resize(samples * PIXELS);
        training.y.resize(samples);
    }
    auto measure = [&](auto *net) {
        using Net = std::remove_pointer_t<decltype(net)>;
        if (what == "train") train<Net>(training, test, std::atoi(arguments[4]));
        else predict<Net>(test);
    };
    if (name == "W1") measure((Network<10> *)nullptr);
    else if (name == "W2") measure((Network<64, 10> *)nullptr);
    else if (name == "W3") measure((Network<128, 64, 10> *)nullptr);
    else if (name == "W4") measure((Network<512, 512, 10> *)nullptr);
    else return 1;
}
