use taut::*;

network! {
    type Net: Image<8, 8, 6> = (
        Conv2dTranspose<6, 3, 3, Dilated<2>>,
        Flatten,
    );
}

fn main() {
    let _: Option<Net> = None;
}
