//! What things cost: money, price sources, estimates, and the choice of instance types on the Spot market.
