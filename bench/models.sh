# bench/models.sh - the shared networks and how each is quantised and tested; read by benches that have
# set `shared`.
mnist=$shared/data/mnist
mnist_calib="--calib $mnist/train-images-idx3-ubyte.gz"
mnist_test="--test $mnist/t10k-images-idx3-ubyte.gz --labels $mnist/t10k-labels-idx1-ubyte.gz"
describe() { # MODEL: sets file, options, test; the last two are lists of words
    case $1 in
    lenet5) file=lenet5/lenet5.onnx options="$mnist_calib --pad 2" test=$mnist_test ;;
    fang) file=fang/fang.onnx options=$mnist_calib test=$mnist_test ;;
    alexnet) file=alexnet/alexnet_fp16.onnx test="--test $shared/data/cifar10/test_batch.bin"
             options="--calib $shared/data/cifar10/calib_2000.bin --input-steps 8" ;;
    vgg11) file=vgg11/vgg11_fp16.onnx test="--test $shared/data/cifar100/test.bin"
           options="--calib $shared/data/cifar100/calib_2000.bin --input-steps 8" ;;
    esac
}
