/** A container's end of a network, as far as Docker tells: older engines give no name, ipvlan networks have no MACs. */
export interface Endpoint {
  readonly mac: string | undefined;
  readonly name: string | undefined;
}
