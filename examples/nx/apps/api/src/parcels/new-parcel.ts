import { IsIn, IsString, Length } from 'class-validator';

export const SPEEDS = ['standard', 'express'] as const;

export class NewParcel {
  @IsString()
  @Length(2, 80)
  readonly to!: string;

  @IsIn(SPEEDS)
  readonly speed: (typeof SPEEDS)[number] = 'standard';
}
