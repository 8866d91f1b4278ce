//! An isolation forest: points that random cuts separate early are unusual (Liu, Ting and Zhou, "Isolation Forest", ICDM 2008).

use crate::random::Random;

/// Trees, and points each is grown from: the values of the paper.
const TREES: u64 = 100;
const SAMPLE: usize = 256;

/// A fitted forest.
#[derive(Debug, Clone)]
pub(crate) struct Forest {
    trees: Vec<Vec<Node>>,
    /// Expected depth of a point among as many as a tree was grown from.
    expected_depth: f64,
}

#[derive(Debug, Clone, Copy)]
enum Node {
    Cut {
        feature: usize,
        at: f64,
        left: usize,
        right: usize,
    },
    /// Points that were not separated further.
    Leaf {
        points: usize,
    },
}

impl Forest {
    /// Grows a forest from points of equal dimension.
    pub(crate) fn fit(points: &[Vec<f64>], seed: u64) -> Self {
        let sample = SAMPLE.min(points.len());
        let limit = (sample.max(2) as f64).log2().ceil() as usize;
        let trees = (0..TREES).map(|index| {
            let mut random = Random::split(seed, index);
            let mut indices: Vec<usize> = (0..points.len()).collect();
            // The first steps of a shuffle draw without replacement (Fisher and Yates).
            for position in 0..sample {
                let other = position + random.below(indices.len() - position);
                indices.swap(position, other);
            }
            indices.truncate(sample);
            let mut nodes = Vec::new();
            grow(&mut nodes, points, &mut indices, limit, &mut random);
            nodes
        });
        Self { trees: trees.collect(), expected_depth: expected_depth(sample) }
    }

    /// From 0 to 1: 0.5 for a point as deep as expected, near 1 for one that is separated at once. A forest grown from a single point
    /// separates nothing: everything is 0.5.
    pub(crate) fn score(&self, point: &[f64]) -> f64 {
        if self.expected_depth <= 0.0 {
            return 0.5;
        }
        let depth: f64 = self.trees.iter().map(|nodes| depth(nodes, point)).sum::<f64>() / self.trees.len() as f64;
        (-depth / self.expected_depth).exp2()
    }
}

/// Grows the part of a tree for the points at `indices`; answers the index of its root.
fn grow(
    nodes: &mut Vec<Node>,
    points: &[Vec<f64>],
    indices: &mut [usize],
    levels: usize,
    random: &mut Random,
) -> usize {
    let here = nodes.len();
    nodes.push(Node::Leaf { points: indices.len() });
    if levels == 0 || indices.len() < 2 {
        return here;
    }
    let value = |index: &usize, feature: usize| points.get(*index).and_then(|point| point.get(feature)).copied();
    let range = |feature: usize| {
        indices
            .iter()
            .filter_map(|index| value(index, feature))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
    };
    let dimension = points.first().map_or(0, Vec::len);
    let ranges: Vec<(usize, (f64, f64))> =
        (0..dimension).map(|feature| (feature, range(feature))).filter(|(_, (low, high))| low < high).collect();
    let Some((feature, (low, high))) = ranges.get(random.below(ranges.len())).copied() else { return here };
    let at = low + random.unit() * (high - low);
    indices.sort_by(|a, b| value(a, feature).unwrap_or(0.0).total_cmp(&value(b, feature).unwrap_or(0.0)));
    // `at` may round to the highest value; one point is then kept on the right.
    let middle = indices.partition_point(|index| value(index, feature).is_some_and(|x| x <= at)).min(indices.len() - 1);
    let (of_left, of_right) = indices.split_at_mut(middle);
    let left = grow(nodes, points, of_left, levels - 1, random);
    let right = grow(nodes, points, of_right, levels - 1, random);
    if let Some(node) = nodes.get_mut(here) {
        *node = Node::Cut { feature, at, left, right };
    }
    here
}

fn depth(nodes: &[Node], point: &[f64]) -> f64 {
    let (mut at, mut depth) = (0, 0.0);
    while let Some(Node::Cut { feature, at: cut, left, right }) = nodes.get(at) {
        at = if point.get(*feature).is_some_and(|x| x <= cut) { *left } else { *right };
        depth += 1.0;
    }
    match nodes.get(at) {
        Some(Node::Leaf { points }) => depth + expected_depth(*points),
        _ => depth,
    }
}

/// Mean depth of an unsuccessful search in a binary search tree of `points` keys: `2 H(n - 1) - 2 (n - 1) / n` (equation 1 of the paper).
fn expected_depth(points: usize) -> f64 {
    match points {
        0 | 1 => 0.0,
        2 => 1.0,
        n => {
            let n = n as f64;
            // Harmonic number of n - 1 by its logarithm, as in the paper.
            2.0 * ((n - 1.0).ln() + EULER_GAMMA) - 2.0 * (n - 1.0) / n
        }
    }
}

/// Euler and Mascheroni's constant.
const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;

#[cfg(test)]
mod tests {
    use super::*;

    fn cloud(n: usize, seed: u64) -> Vec<Vec<f64>> {
        let mut random = Random::new(seed);
        (0..n).map(|_| (0..5).map(|_| random.normal()).collect()).collect()
    }

    #[test]
    fn what_lies_apart_scores_high() {
        let forest = Forest::fit(&cloud(600, 1), 7);
        let centre = forest.score(&[0.0; 5]);
        let apart = forest.score(&[4.0, 4.0, 0.0, 0.0, 0.0]);
        assert!(centre < 0.45 && apart > 0.55, "{centre} {apart}");
        let mean = cloud(500, 2).iter().map(|point| forest.score(point)).sum::<f64>() / 500.0;
        assert!((0.4..0.55).contains(&mean), "{mean}");
    }

    #[test]
    fn one_seed_gives_one_forest() {
        let points = cloud(300, 1);
        let score = |seed| Forest::fit(&points, seed).score(&[1.0; 5]);
        assert!((score(1) - score(1)).abs() < f64::EPSILON);
        assert!((score(1) - score(2)).abs() > 0.0);
    }

    #[test]
    fn a_single_sample_says_the_same_of_everything() {
        let forest = Forest::fit(&[vec![1.0, 2.0]], 1);
        for point in [[1.0, 2.0], [1e9, -1e9]] {
            assert!((forest.score(&point) - 0.5).abs() < f64::EPSILON);
        }
        let equal = Forest::fit(&vec![vec![1.0]; 300], 1);
        assert!((equal.score(&[1.0]) - equal.score(&[9.0])).abs() < f64::EPSILON);
    }

    #[test]
    fn expected_depth_is_that_of_the_paper() {
        // c(256) = 10.244, which Liu et al. give as about log2(256) + 2.
        assert!((expected_depth(256) - 10.244).abs() < 1e-3);
    }
}
